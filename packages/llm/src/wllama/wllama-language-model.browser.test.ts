import {
  type ChatMessage,
  type GenerateEvent,
  type GenerateOptions,
  isRunAnywhereError,
  type LanguageModel,
  type ModelSource,
} from '@runanywhere/core';
import { describeLanguageModel, MemoryModelSource } from '@runanywhere/core/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import llamaCpp from '../fixtures/llama-cpp-replies.json';
import { ServedModelSource } from '../fixtures/served-model-source.ts';
import { WLLAMA_ID, WLLAMA_WASM } from './wasm-address.ts';
import { WllamaLanguageModel } from './wllama-language-model.ts';

const MODEL_ID = 'smollm2-135m-instruct-q4_1';
const MODEL_FILE = 'SmolLM2-135M-Instruct.Q4_1.gguf';
const source = new ServedModelSource();
const make = (): WllamaLanguageModel => new WllamaLanguageModel({ source });

// Several times what they take here: other work on the machine slows them down.
describe('WllamaLanguageModel', { timeout: 180_000 }, () => {
  describeLanguageModel(make);

  describe('answering', () => {
    const model = make();
    const loaded = new Map<string, number>();
    beforeAll(async () => {
      const startMs = performance.now();
      await model.load({ onProgress: (progress) => loaded.set(progress.file, progress.loadedBytes) });
      report('load', performance.now() - startMs, 'ms');
    }, 60_000);
    afterAll(() => model.dispose());

    test('tells while it loads how far each file is', () => {
      expect(Object.fromEntries(loaded)).toEqual({ [MODEL_FILE]: 98_362_432, [WLLAMA_WASM]: 8_763_949 });
    });

    test.each(llamaCpp.questions)(
      'gives the model the tokens that llama.cpp gives it: $question',
      async (question) => {
        expect(await model.promptTokens(asked(question.question))).toEqual(question.promptIds);
      },
    );

    test('begins its replies as native llama.cpp does', async () => {
      await model.warm([{ role: 'system', content: llamaCpp.system }]);
      let same = 0;
      for (const { question, reply, replyIds } of llamaCpp.questions) {
        const maxTokens = Math.min(8, replyIds.length);
        const { text, end } = await complete(model, asked(question), { maxTokens });
        expect(end.usage.replyTokens).toBe(maxTokens);
        if (reply.startsWith(text)) same++;
      }
      report('questions of 10 with the first 8 tokens of llama.cpp', same, '');
      expect(same).toBeGreaterThanOrEqual(8);
    });

    test('ends a reply by itself, and counts its tokens as llama.cpp does', async () => {
      const { text, end } = await complete(model, asked('What is the capital of France?'));
      expect(text).toBe('The capital of France is Paris.');
      expect(end.finishReason).toBe('stop');
      expect(end.usage).toMatchObject({ promptTokens: 33, replyTokens: 8 });
    });

    test('computes of a second turn only what is new', async () => {
      const first = asked('What is the capital of France?');
      const { text } = await complete(model, first);
      const before = await model.promptTokens(first);
      const second: ChatMessage[] = [
        ...first,
        { role: 'assistant', content: text },
        { role: 'user', content: 'Thanks.' },
      ];
      const startMs = performance.now();
      const { end, firstMs } = await complete(model, second, { maxTokens: 4 });
      report('second turn, first token', firstMs - startMs, 'ms');
      report('second turn, cached tokens', end.usage.cachedTokens, `of ${end.usage.promptTokens}`);
      expect(end.usage.cachedTokens).toBeGreaterThanOrEqual(before.length);
      expect(end.usage.cachedTokens).toBeLessThan(end.usage.promptTokens);
    });

    test('a beginning that was warmed is not computed again', async () => {
      const system = { role: 'system', content: 'You sell flowers. Be brief.' } as const;
      await model.warm([system]);
      const { end } = await complete(model, [system, { role: 'user', content: 'Hello.' }], { maxTokens: 1 });
      const other = await complete(model, [{ ...system, content: 'Sie sind Koch.' }], { maxTokens: 1 });
      expect(end.usage.cachedTokens).toBeGreaterThan(other.end.usage.cachedTokens);
      expect(end.usage.cachedTokens).toBeGreaterThanOrEqual(12);
    });

    test('the same seed gives the same reply at a temperature, another seed another', async () => {
      const say = async (seed: number): Promise<string> =>
        (await complete(model, asked('Tell me a joke.'), { temperature: 1.5, seed, maxTokens: 10 })).text;
      const first = await say(1);
      expect(await say(1)).toBe(first);
      expect(await say(2)).not.toBe(first);
    });

    test('ends at a stop text, which is no part of the reply', async () => {
      const { text, end } = await complete(model, asked('What is the capital of France?'), { stop: [' is'] });
      expect(text).toBe('The capital of France');
      expect(end.finishReason).toBe('stop');
    });

    test('forbids a token, and tells how far the prompt is read', async () => {
      const messages = asked('What is the capital of France?');
      const [the] =
        llamaCpp.questions.find(({ question }) => question === messages[1]?.content)?.replyIds ?? [];
      const events: GenerateEvent[] = [];
      const options = { logitBias: { [the as number]: Number.NEGATIVE_INFINITY }, promptProgress: true };
      for await (const event of model.generate(messages, { ...options, maxTokens: 4 })) events.push(event);
      expect(events.at(-1)).toMatchObject({ text: expect.not.stringMatching(/^The/) });
      expect(events.filter(({ type }) => type === 'prompt-progress').at(-1)).toMatchObject({
        promptTokens: 33,
      });
    });

    test('gives JSON that fits a schema', async () => {
      const jsonSchema = {
        type: 'object',
        properties: { capital: { type: 'string', maxLength: 12 }, european: { type: 'boolean' } },
        required: ['capital', 'european'],
        additionalProperties: false,
      };
      const { text } = await complete(model, asked('What is the capital of France?'), {
        jsonSchema,
        maxTokens: 60,
      });
      expect(JSON.parse(text)).toEqual({ capital: expect.any(String), european: expect.any(Boolean) });
    });

    test('refuses to tell probabilities', async () => {
      const error = await failure(complete(model, asked('Hello.'), { logProbs: true }));
      expect(isRunAnywhereError(error, 'invalid-options') && error.details.option).toBe('logProbs');
    });

    test('never splits a character', async () => {
      const { deltas } = await complete(model, asked('Repeat: 😀 naïve 日本'), { maxTokens: 8 });
      expect(deltas.length).toBeGreaterThan(1);
      for (const delta of deltas) expect(delta).toMatch(/^[^\ud800-\udfff\ufffd]+$/u);
    });

    describe('stopping', () => {
      // How long a token takes now, on this machine and beside whatever else it does.
      let tokenMs = Number.NaN;
      beforeAll(async () => {
        const startMs = performance.now();
        const { end } = await complete(model, asked('Tell me a story.'), { maxTokens: 16 });
        tokenMs = (performance.now() - startMs) / (16 + end.usage.promptTokens - end.usage.cachedTokens);
        report('one token', tokenMs, 'ms');
      }, 60_000);

      test('an abort while it decodes rejects at once, and the engine is free within a token', async () => {
        const controller = new AbortController();
        const late: GenerateEvent[] = [];
        let abortedMs = Number.NaN;
        const call = (async () => {
          for await (const event of model.generate(asked('Tell me a story.'), {
            signal: controller.signal,
          })) {
            if (!Number.isNaN(abortedMs)) late.push(event);
            if (event.type === 'reply-delta' && Number.isNaN(abortedMs)) {
              setTimeout(() => {
                abortedMs = performance.now();
                controller.abort('barge-in');
              }, 5);
            }
          }
        })();
        await expect(call).rejects.toBe('barge-in');
        const rejectedMs = performance.now() - abortedMs;
        await model.promptTokens(asked('')); // Waits for its turn.
        const freeMs = performance.now() - abortedMs;
        report('abort while decoding: rejected', rejectedMs, 'ms');
        report('abort while decoding: engine free', freeMs, 'ms');
        expect(late).toEqual([]);
        expect(rejectedMs).toBeLessThan(50);
        // One token, and room for a busy machine; to the end of the reply it would be 128.
        expect(freeMs).toBeLessThan(15 * tokenMs);
      });

      test('an abort while it reads a long prompt is as quick, and the engine is free within a batch', async () => {
        const controller = new AbortController();
        const long = asked('one two three four five '.repeat(60));
        const promptTokens = (await model.promptTokens(long)).length;
        const call = complete(model, long, { signal: controller.signal });
        await new Promise((resolve) => setTimeout(resolve, 5 * tokenMs));
        const abortedMs = performance.now();
        controller.abort('barge-in');
        await expect(call).rejects.toBe('barge-in');
        const rejectedMs = performance.now() - abortedMs;
        await model.promptTokens(asked(''));
        const freeMs = performance.now() - abortedMs;
        report('abort in prefill: rejected', rejectedMs, 'ms');
        report('abort in prefill: engine free', freeMs, 'ms');
        expect(rejectedMs).toBeLessThan(50);
        // A batch has 8 tokens.
        expect(promptTokens).toBeGreaterThan(300);
        expect(freeMs).toBeLessThan(60 * tokenMs);
      });

      test('leaving the loop stops the generation', async () => {
        for await (const event of model.generate(asked('Tell me a story.'), { maxTokens: 400 })) {
          if (event.type === 'reply-delta') break;
        }
        const startMs = performance.now();
        await model.promptTokens(asked(''));
        expect(performance.now() - startMs).toBeLessThan(15 * tokenMs);
      });
    });

    test.each([
      [{ maxTokens: 0 }, 'maxTokens'],
      [{ temperature: -1 }, 'temperature'],
      [{ seed: 0.5 }, 'seed'],
    ])('refuses %j by name', async (options, option) => {
      const error = await failure(complete(model, asked('Hello.'), options));
      expect(isRunAnywhereError(error, 'invalid-options') && error.details.option).toBe(option);
    });
  });

  test('loads from bytes in memory, and the context cuts a reply that does not fit', async () => {
    const model = new WllamaLanguageModel({ source: await inMemory({}), contextTokens: 40 });
    await model.load();
    const { text, end } = await complete(model, asked('How do I boil an egg?'), { maxTokens: 100 });
    expect(text).toMatch(/^To boil an egg/);
    expect(end.finishReason).toBe('length');
    expect(end.usage.promptTokens + end.usage.replyTokens).toBe(40);
    const error = await failure(
      complete(model, asked('How do I boil an egg in a pan with a lid on a stove?')),
    );
    expect(isRunAnywhereError(error, 'prompt-too-long') && error.details.contextTokens).toBe(40);
    await model.dispose();
  });

  describe('loading', () => {
    test('a WASM address where nothing is fails instead of hanging', async () => {
      const wasmUrl = '/models/nowhere/wllama.wasm';
      const error = await failure(new WllamaLanguageModel({ source, wasmUrl }).load());
      expect(isRunAnywhereError(error, 'model-missing') && error.details.location).toContain(wasmUrl);
    });

    test('a start page in the place of the WASM file is not taken for it', async () => {
      const error = await failure(new WllamaLanguageModel({ source, wasmUrl: location.href }).load());
      expect(isRunAnywhereError(error, 'model-missing') && error.details.file).toBe(WLLAMA_WASM);
    });

    test('a server that is not there is told apart', async () => {
      const error = await failure(
        new WllamaLanguageModel({ source, wasmUrl: 'http://127.0.0.1:9/x.wasm' }).load(),
      );
      expect(isRunAnywhereError(error, 'model-unavailable')).toBe(true);
    });

    test.each([
      ['no GGUF at all', async () => new Blob(['<!doctype html>'])],
      ['a GGUF that ends in its header', async () => (await gguf()).slice(0, 1_000_000)],
      ['a GGUF that ends in its weights', async () => (await gguf()).slice(0, 50_000_000)],
      [
        'a GGUF without a version that anyone knows',
        async () => new Blob(['GGUF', new Uint8Array([9, 0, 0, 0])]),
      ],
    ])('refuses %s', async (_what, file) => {
      const error = await failure(
        new WllamaLanguageModel({ source: await inMemory({ model: await file() }) }).load(),
      );
      const refused =
        isRunAnywhereError(error, 'model-invalid') || isRunAnywhereError(error, 'model-unsupported');
      expect(refused && error.details.modelId).toBe(MODEL_ID);
    });

    test('an abort ends it at once, and the next load works', async () => {
      const model = make();
      const controller = new AbortController();
      const workers = watchWorkers();
      const load = model.load({ signal: controller.signal });
      await vi.waitFor(() => expect(workers.made.length).toBe(1), { timeout: 20_000 });
      const abortedMs = performance.now();
      controller.abort('enough');
      await expect(load).rejects.toBe('enough');
      expect(performance.now() - abortedMs).toBeLessThan(50);
      await vi.waitFor(() => expect(workers.ended()).toBe(1));
      workers.stop();
      await model.load();
      await model.dispose();
    });

    test('disposal during a load ends it and its worker', async () => {
      const model = make();
      const workers = watchWorkers();
      const load = failure(model.load());
      await vi.waitFor(() => expect(workers.made.length).toBe(1), { timeout: 20_000 });
      await model.dispose();
      expect(isRunAnywhereError(await load, 'disposed')).toBe(true);
      await vi.waitFor(() => expect(workers.ended()).toBe(1));
      workers.stop();
    });
  });

  test('runs in a worker as well', async () => {
    const worker = new Worker(new URL('../fixtures/reply.worker.ts', import.meta.url), { type: 'module' });
    const said = await new Promise<unknown>((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
    worker.terminate();
    expect(said).toBe('The capital of');
  });

  test('a crash of the worker fails everyone waiting, and the next load makes a new one', async () => {
    const model = make();
    const workers = watchWorkers();
    await model.load();
    const calls = [
      failure(complete(model, asked('Tell me a story.'))),
      failure(model.warm(asked('Tell me a joke.'))),
    ];
    await new Promise((resolve) => setTimeout(resolve, 200));
    // An action that llama.cpp does not know makes it abort(), as a lack of memory would.
    const callbackId = 1_000_000;
    workers.made[0]?.postMessage({
      verb: 'wllama.action',
      args: ['no-such-action', new Uint8Array(64)],
      callbackId,
    });
    for (const error of await Promise.all(calls))
      expect(isRunAnywhereError(error, 'worker-crashed')).toBe(true);
    expect(workers.ended()).toBe(1);
    workers.stop();
    expect(isRunAnywhereError(await failure(model.warm(asked(''))), 'not-loaded')).toBe(true);
    await model.load();
    expect((await complete(model, asked('What is the capital of France?'), { maxTokens: 3 })).text).toBe(
      'The capital of',
    );
    await model.dispose();
  });

  test('a page that forbids blob workers is told so', async () => {
    const workers = watchWorkers();
    const load = failure(make().load());
    await vi.waitFor(() => expect(workers.made.length).toBe(1), { timeout: 20_000 });
    // What Chromium does for a worker that the Content-Security-Policy refuses.
    workers.made[0]?.dispatchEvent(new Event('error'));
    expect(isRunAnywhereError(await load, 'worker-unavailable')).toBe(true);
    workers.stop();
  });
});

function asked(question: string): ChatMessage[] {
  return [
    { role: 'system', content: llamaCpp.system },
    { role: 'user', content: question },
  ];
}

async function complete(
  model: LanguageModel,
  messages: readonly ChatMessage[],
  options?: GenerateOptions,
): Promise<{
  text: string;
  deltas: string[];
  firstMs: number;
  end: Extract<GenerateEvent, { type: 'reply-end' }>;
}> {
  const deltas: string[] = [];
  let firstMs = Number.NaN;
  for await (const event of model.generate(messages, options)) {
    if (event.type === 'reply-end') return { text: event.text, deltas, firstMs, end: event };
    if (event.type !== 'reply-delta') continue;
    if (deltas.length === 0) firstMs = performance.now();
    deltas.push(event.text);
  }
  throw new Error('the reply has no end');
}

function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

const gguf = (): Promise<Blob> => source.open(MODEL_ID, MODEL_FILE);

async function inMemory({ model }: { model?: Blob }): Promise<ModelSource> {
  return new MemoryModelSource({
    [MODEL_ID]: { [MODEL_FILE]: model ?? (await gguf()) },
    [WLLAMA_ID]: { [WLLAMA_WASM]: await source.open(WLLAMA_ID, WLLAMA_WASM) },
  });
}

/** Sees the workers that wllama makes, and how many of them were ended. */
function watchWorkers(): { made: Worker[]; ended: () => number; stop: () => void } {
  const made: Worker[] = [];
  const RealWorker = globalThis.Worker;
  globalThis.Worker = class extends RealWorker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      made.push(this);
    }
  };
  const terminate = vi.spyOn(RealWorker.prototype, 'terminate');
  const stop = (): void => {
    globalThis.Worker = RealWorker;
    terminate.mockRestore();
  };
  return { made, ended: () => new Set(terminate.mock.contexts).size, stop };
}

function report(what: string, value: number, unit: string): void {
  console.info(`[llm] ${what}: ${Math.round(value)} ${unit}`);
}
