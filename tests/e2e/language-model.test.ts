import type { ChatMessage } from '@runanywhere/core';
import { ensureModel } from '@runanywhere/models/node';
import { type Browser, chromium, type Page } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNativeLlama } from '../../scripts/lib/native-llama.mjs';
import { root } from '../../scripts/lib/process.mjs';
import { serveModels } from '../../scripts/serve-models.mjs';
import { browserPath } from './environment.ts';
import { questionsFrom } from './questions.ts';

// The same GGUF in the browser and in native llama.cpp, which is asked over its HTTP API.

const MODEL_ID = 'smollm2-135m-instruct-q4_1';
const FIRST_TOKENS = 8;
const SYSTEM = 'You are a voice assistant. Answer in one short sentence.';

/** Texts on which tokenizers differ when they differ. */
const AWKWARD_TEXTS = [
  '',
  ' ',
  '  two spaces,   three\tand a tab \n',
  "It's 7:30, isn't it? I'LL pay $1,234.56!",
  'naïve café – “quoted” … 100 €',
  '日本語のテキスト, русский, العربية, हिन्दी, ไทย',
  '👩‍👩‍👧‍👦 family, 🇫🇷 flag, e\u0301 combined, ½ ² ٣ Ⅷ',
  'a\r\nb\n\n\nc\u00a0d\u2003e\u200bf\u3000g',
  '<|im_end|> is no word, <|im_start|>system\nnor this, <|endoftext|>, <|im_',
  '_snake_case(x) == {"key": [1, 22, 333]}; // ~`@#%^&*',
  'supercalifragilisticexpialidocious '.repeat(3),
];

describe('the language model', () => {
  let server: ViteDevServer;
  let browser: Browser;
  let page: Page;
  let native: Awaited<ReturnType<typeof startNativeLlama>>;

  beforeAll(async () => {
    const [model] = await Promise.all([ensureModel(MODEL_ID), ensureModel('wllama-3.8.1')]);
    native = await startNativeLlama(
      Object.values(model.files).find((file) => file.endsWith('.gguf')) as string,
    );
    server = await createServer({
      root,
      configFile: false,
      logLevel: 'error',
      plugins: [serveModels()],
      resolve: { conditions: ['@runanywhere/source', 'module', 'browser', 'default'] },
      optimizeDeps: { noDiscovery: true },
      server: { host: '127.0.0.1', port: 0, watch: null, hmr: false },
      appType: 'mpa',
    });
    await server.listen();
    browser = await chromium.launch({
      executablePath: browserPath(),
      args: ['--no-sandbox', '--disable-quic'],
    });
    page = await browser.newPage();
    await page.goto(`${server.resolvedUrls?.local[0]}tests/e2e/language-model.html`);
    await page.waitForFunction(() => 'languageModel' in globalThis);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await native?.stop();
  });

  test('is run by the engine that sessions use', async () => {
    expect(await page.evaluate(runtimeName)).toBe('kernel');
  });

  test('begins its replies as native llama.cpp does', async () => {
    const seed = Number(process.env.QUESTION_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const questions = questionsFrom(seed, 10);
    const rows: { question: string; ours: string; theirs: string }[] = [];
    for (const question of questions) {
      const messages = conversation(question);
      const ours = await page.evaluate(replyBeginning, { messages, maxTokens: FIRST_TOKENS });
      const theirs = await nativeBeginning(native.url, messages);
      expect(theirs.tokens).toBeGreaterThan(0);
      rows.push({ question, ours, theirs: theirs.text });
    }
    const same = rows.filter(({ ours, theirs }) => ours === theirs).length;
    console.info(`[llm] the first ${FIRST_TOKENS} tokens are those of native llama.cpp in ${same} of 10`);
    expect(same, `QUESTION_SEED=${seed}\n${JSON.stringify(rows, null, 1)}`).toBeGreaterThanOrEqual(8);
  });

  test('is given the token ids that native llama.cpp makes of a conversation', async () => {
    for (const text of [...AWKWARD_TEXTS, ...questionsFrom(1, 10)]) {
      const messages = conversation(text);
      const ours = await page.evaluate(promptIds, messages);
      expect(ours, JSON.stringify(text)).toEqual(await nativePromptIds(native.url, messages));
    }
  });
});

function conversation(question: string): ChatMessage[] {
  return [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: question },
  ];
}

// These run in the page, where language-model.html has put the engine.

async function runtimeName(): Promise<string | undefined> {
  const { languageModel } = globalThis as unknown as import('./language-model-page.ts').LanguageModelPage;
  return (await languageModel).runtime?.name;
}

async function replyBeginning(asked: { messages: ChatMessage[]; maxTokens: number }): Promise<string> {
  const { languageModel } = globalThis as unknown as import('./language-model-page.ts').LanguageModelPage;
  const model = await languageModel;
  let text = '';
  for await (const event of model.generate(asked.messages, { maxTokens: asked.maxTokens }))
    if (event.type === 'reply-end') text = event.text;
  return text;
}

async function promptIds(messages: ChatMessage[]): Promise<readonly number[]> {
  const { languageModel } = globalThis as unknown as import('./language-model-page.ts').LanguageModelPage;
  return (await languageModel).promptTokens(messages);
}

async function nativeBeginning(
  url: string,
  messages: ChatMessage[],
): Promise<{ text: string; tokens: number }> {
  const { prompt } = await post<{ prompt: string }>(`${url}/apply-template`, { messages });
  const asked = { prompt, n_predict: FIRST_TOKENS, temperature: 0, cache_prompt: false, return_tokens: true };
  const { content, tokens } = await post<{ content: string; tokens: number[] }>(`${url}/completion`, asked);
  return { text: content, tokens: tokens.length };
}

async function nativePromptIds(url: string, messages: ChatMessage[]): Promise<number[]> {
  const { prompt } = await post<{ prompt: string }>(`${url}/apply-template`, { messages });
  const { tokens } = await post<{ tokens: number[] }>(`${url}/tokenize`, {
    content: prompt,
    parse_special: true,
  });
  return tokens;
}

async function post<Answer>(url: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json() as Promise<Answer>;
}
