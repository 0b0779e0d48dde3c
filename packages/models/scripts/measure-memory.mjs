// Measures what `memoryBytes` of the catalog says: how much a Chromium renderer grows by loading a model and using it once.
//   node packages/models/scripts/measure-memory.mjs [modelId …]     (models from the cache, see `runanywhere models pull`)
// Memory is the renderer's own (RssAnon of its process) after garbage collection. Models that need a runtime are loaded
// after it; the runtimes' own share is measured with the smallest thing that runs in them.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer } from 'vite';

const repository = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const modelsFolder =
  process.env.RUNANYWHERE_MODELS ??
  join(process.env.XDG_CACHE_HOME || join(process.env.HOME ?? '', '.cache'), 'runanywhere', 'models');

const PAGE = `
import { HttpModelSource } from '@runanywhere/models';
import { readWav } from '@runanywhere/audio';
import { OnnxSileroVad, SileroVad } from '@runanywhere/audio/vad';
import { MoonshineTranscriber } from '@runanywhere/transcription';
import { NeuralVoice } from '@runanywhere/tts';
import { WllamaLanguageModel } from '@runanywhere/llm';
const source = new HttpModelSource({ baseUrl: '/models' });
const kept = [];
const drain = async (events) => { for await (const _ of events); };
const use = {
  async vad() {
    const vad = new SileroVad({ source });
    await vad.load();
    await vad.process(new Float32Array(512));
    kept.push(vad);
  },
  async onnxVad() {
    const vad = new OnnxSileroVad({ source });
    await vad.load();
    await vad.process(new Float32Array(512));
    kept.push(vad);
  },
  async transcriber(modelId) {
    const transcriber = new MoonshineTranscriber({ source, modelId });
    await transcriber.load();
    await drain(transcriber.transcribe(readWav(await (await fetch('/speech.wav')).arrayBuffer())));
    kept.push(transcriber);
  },
  async voice() {
    const voice = new NeuralVoice({ source });
    await voice.load();
    await drain(voice.synthesize('The weather is fine today, and so are we.'));
    kept.push(voice);
  },
  async wllamaModule() {
    kept.push(await WebAssembly.compile(await (await source.open('wllama-3.8.1', 'wllama.wasm')).arrayBuffer()));
  },
  async language() {
    const model = new WllamaLanguageModel({ source });
    await model.load();
    await drain(model.generate([{ role: 'user', content: 'What is the capital of France?' }], { maxTokens: 24 }));
    kept.push(model);
  },
};
window.use = use;
`;

/** Which steps a model's growth is the last of. */
const STEPS = {
  'onnxruntime-web-1.30.0': [['onnxVad'], ['onnxVad']],
  'silero-v6': [['vad']],
  'moonshine-tiny': [['onnxVad'], ['transcriber', 'moonshine-tiny']],
  'moonshine-base': [['onnxVad'], ['transcriber', 'moonshine-base']],
  hibari: [['onnxVad'], ['voice']],
  'wllama-3.8.1': [['wllamaModule']],
  'smollm2-135m-instruct-q4_1': [['language']],
};

const root = await mkdtemp(join(tmpdir(), 'measure-memory-'));
await writeFile(join(root, 'index.html'), '<script type="module" src="/page.js"></script>');
await writeFile(join(root, 'page.js'), PAGE);
const speech = join(repository, 'tests/fixtures/speech');
const clip = readdirSync(speech).find((name) => name.endsWith('.wav')) ?? '';
const server = await createServer({
  configFile: false,
  root,
  logLevel: 'error',
  cacheDir: join(root, '.vite'),
  resolve: {
    conditions: ['@runanywhere/source', 'module', 'browser', 'development|production'],
    alias: [
      { find: /^@runanywhere\/audio\/vad$/, replacement: `${repository}/packages/audio/src/vad/index.ts` },
      { find: /^@runanywhere\/([a-z]+)$/, replacement: `${repository}/packages/$1/src/index.ts` },
    ],
  },
  server: { fs: { strict: false } },
  plugins: [
    {
      name: 'files',
      configureServer({ middlewares }) {
        middlewares.use('/models', (request, response) =>
          response.end(readFileSync(join(modelsFolder, request.url ?? ''))),
        );
        middlewares.use('/speech.wav', (_request, response) =>
          response.end(readFileSync(join(speech, clip))),
        );
      },
    },
  ],
});
await server.listen(0);
const url = server.resolvedUrls?.local[0] ?? '';
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--js-flags=--expose-gc'],
});

/** The growth of each step, in a page of its own. */
async function measure(steps) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error.message));
  await page.goto(url);
  await page.waitForFunction('window.use', undefined, { timeout: 30_000 });
  const session = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo');
  const renderers = session.processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const sizes = [await settled(page, renderers)];
  for (const [name, ...args] of steps) {
    await page.evaluate(
      ([step, ...rest]) => /** @type {any} */ (globalThis).use[step](...rest),
      [name, ...args],
    );
    sizes.push(await settled(page, renderers));
  }
  await page.close();
  return sizes.slice(1).map((size, index) => size - Number(sizes[index]));
}

async function settled(page, renderers) {
  for (let round = 0; round < 3; round++) {
    await page.evaluate(() => /** @type {any} */ (globalThis).gc());
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return renderers.reduce((bytes, pid) => bytes + anonymousBytes(pid), 0);
}

function anonymousBytes(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
}

try {
  // Vite bundles dependencies when they are first asked for, and reloads the page: that must be over.
  for (const warmUp of [['vad'], ['onnxVad'], ['language']]) await measure([warmUp]).catch(() => undefined);
  for (const id of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(STEPS)) {
    const growth = await measure(STEPS[id]);
    console.log(
      `${id.padEnd(28)}${growth.map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`).join('  then  ')}`,
    );
  }
} finally {
  await browser.close();
  await server.close();
  await rm(root, { recursive: true, force: true });
}
