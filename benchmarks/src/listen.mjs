import path from 'node:path';
import { chromium } from 'playwright';
import { HEADLESS_FLAGS } from '../../scripts/lib/browser.mjs';
import { findLongTasks, LIGHT_TRACE_CATEGORIES } from '../../scripts/lib/long-tasks.mjs';
import { root } from '../../scripts/lib/process.mjs';
import { serveStatic } from '../../scripts/lib/static-server.mjs';
import { installSpokenMicrophone } from './spoken-microphone.mjs';

/** Who can be measured, and what of it: the page, and what its `listen` brings. */
export const LISTENERS = {
  ours: { page: '/bare/index.html', version: 'this repository' },
  'moonshine-js': {
    page: '/pages/moonshine.html',
    version: '@moonshine-ai/moonshine-js 0.1.29, onnxruntime-web 1.22.0',
  },
  'vad-web': { page: '/pages/vad-web.html', version: '@ricky0123/vad-web 0.0.31, onnxruntime-web 1.30.0' },
};

/**
 * @typedef {keyof typeof LISTENERS} Listener
 * @typedef {Awaited<ReturnType<typeof listenOnce>>} Run
 */

/**
 * One run of one listener in a fresh browser: a click starts it, a person begins to speak `speakAfterMs` later, and what was
 * understood is collected until nothing more comes.
 *
 * @param {object} options
 * @param {keyof typeof LISTENERS} options.listener
 * @param {string} options.executablePath
 * @param {string} options.modelsFolder
 * @param {Record<string, string>} options.peers Folders of the peers, from `ensurePeers`.
 * @param {string} options.speechFile
 * @param {number} options.speakAfterMs
 */
export async function listenOnce({
  listener,
  executablePath,
  modelsFolder,
  peers,
  speechFile,
  speakAfterMs,
}) {
  const server = await serveStatic({
    folders: {
      '/bare/': path.join(root, 'apps/bare/dist'),
      '/assets/': path.join(root, 'apps/bare/dist/assets'),
      '/pages/': path.join(root, 'benchmarks/src/pages'),
      '/models/': modelsFolder,
      '/speech.wav': speechFile,
      ...Object.fromEntries(Object.entries(peers).map(([name, folder]) => [`/${name}/`, folder])),
    },
  });
  const browser = await chromium.launch({ executablePath, args: HEADLESS_FLAGS });
  try {
    const page = await browser.newPage();
    await page.addInitScript(installSpokenMicrophone);
    await browser.startTracing(page, { categories: LIGHT_TRACE_CATEGORIES });
    await page.goto(`${server.origin}${LISTENERS[listener].page}`);
    const { utterances, readyMs } = await page.evaluate(
      listener === 'ours' ? hearOurs : hearPeer,
      speakAfterMs,
    );
    const trace = JSON.parse((await browser.stopTracing()).toString());
    // Nothing runs in this page but the listener and the microphone, whose scripts have next to nothing to do.
    const { longTasks, ourTasks } = findLongTasks(trace.traceEvents, () => false, { anyScript: true });
    return {
      utterances: utterances.map(({ text, base64 }) => ({
        text,
        samples:
          base64 === undefined
            ? undefined
            : new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer),
      })),
      readyMs,
      longTasks: longTasks.length,
      blockedMs: longTasks.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      longestMs: Math.max(0, ...longTasks.map(({ cpuMs }) => cpuMs)),
      tasks: ourTasks,
      browserVersion: `Chromium ${browser.version()}`,
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

/**
 * Runs in the page of a peer.
 *
 * @param {number} speakAfterMs
 */
async function hearPeer(speakAfterMs) {
  const page = /** @type {any} */ (globalThis);
  await page.microphoneReady;
  const startMs = performance.now();
  /** @type {{ text?: string | undefined, base64?: string }[]} */
  const utterances = [];
  let lastMs = 0;
  const speaking = page.speak(speakAfterMs);
  await page.listen((/** @type {{ text?: string, samples?: Float32Array }} */ { text, samples }) => {
    lastMs = performance.now();
    if (samples === undefined) return utterances.push({ text });
    let binary = '';
    const bytes = new Uint8Array(samples.slice().buffer);
    for (let n = 0; n < bytes.length; n += 32_768)
      binary += String.fromCharCode(...bytes.subarray(n, n + 32_768));
    return utterances.push({ base64: btoa(binary) });
  });
  const readyMs = performance.now() - startMs;
  const spokenMs = startMs + speakAfterMs + (await speaking);
  // Over when nothing has come for six seconds after the end of the speech, or after the last utterance.
  while (performance.now() < Math.max(spokenMs, lastMs, startMs + readyMs) + 6000)
    await new Promise((resolve) => setTimeout(resolve, 200));
  return { utterances, readyMs };
}

/**
 * Runs in our page: a whole conversation, with language model and voice, to the end of the last reply.
 *
 * @param {number} speakAfterMs
 */
async function hearOurs(speakAfterMs) {
  const page = /** @type {any} */ (globalThis);
  await page.microphoneReady;
  const startMs = performance.now();
  /** @type {{ text?: string | undefined, base64?: string }[]} */
  const utterances = [];
  const session = page.runanywhere.createVoiceSession({ modelsUrl: '/models/', maxReplyTokens: 32 });
  /** @type {unknown} */
  let failure;
  session.on('error', (/** @type {unknown} */ error) => {
    failure = error;
  });
  session.on('transcript', (/** @type {{ text: string, settled: boolean }} */ { text, settled }) => {
    if (settled) utterances.push({ text });
  });
  const speaking = page.speak(speakAfterMs);
  await session.start();
  const readyMs = performance.now() - startMs;
  const spokenMs = startMs + speakAfterMs + (await speaking);
  // Over when the session has only listened for six seconds after the end of the speech.
  let busyMs = performance.now();
  while (performance.now() < Math.max(spokenMs, busyMs) + 6000) {
    if (failure) throw failure;
    if (session.getSnapshot().state !== 'listening') busyMs = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await session.dispose();
  return { utterances, readyMs };
}
