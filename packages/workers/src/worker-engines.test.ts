import { type AudioClip, isRunAnywhereError, type LoadProgress } from '@runanywhere/core';
import {
  describeLanguageModel,
  describeSynthesizer,
  describeTranscriber,
  MemoryModelSource,
  ScriptedLanguageModel,
  ScriptedSynthesizer,
  ScriptedTranscriber,
} from '@runanywhere/core/testing';
import { WllamaLanguageModel } from '@runanywhere/llm';
import { MoonshineTranscriber } from '@runanywhere/transcription';
import { NeuralVoice } from '@runanywhere/tts';
import { afterAll, describe, expect, test } from 'vitest';
import { languageModelHandlers } from './hosts/language-model-handlers.ts';
import { synthesizerHandlers } from './hosts/synthesizer-handlers.ts';
import { transcriberHandlers } from './hosts/transcriber-handlers.ts';
import { type Handlers, serve } from './rpc/host.ts';
import type { Endpoint, MethodTable } from './rpc/protocol.ts';
import { WorkerLanguageModel } from './worker-language-model.ts';
import { WorkerSynthesizer } from './worker-synthesizer.ts';
import { WorkerTranscriber } from './worker-transcriber.ts';

// The proxies over a real MessageChannel with a scripted engine behind it: what a worker adds is a thread, which the
// browser tests add.

const ports: MessagePort[] = [];
afterAll(() => {
  for (const port of ports) port.close();
});

/** Counts as a worker: the near end of a channel whose far end serves the handlers. */
function worker<Methods extends MethodTable<Methods>>(make: () => Handlers<Methods>) {
  const started: EventTarget[] = [];
  const workerFactory = (): Endpoint => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    started.push(port1);
    serve(port2 as Endpoint, 'scripted', make());
    return port1 as Endpoint;
  };
  return { workerFactory, started };
}

const modelsUrl = 'https://example.test/models';
const clip = (seconds = 1): AudioClip => ({
  samples: new Float32Array(seconds * 16_000).fill(0.1),
  sampleRateHz: 16_000,
  startMs: 5,
});

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

async function drain<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('WorkerTranscriber', () => {
  const make = (): WorkerTranscriber => {
    const { workerFactory } = worker(() => transcriberHandlers(() => new GuessingTranscriber()));
    return new WorkerTranscriber({ modelsUrl, workerFactory });
  };
  describeTranscriber(make, { speech: () => clip() });

  test('the caller keeps its clip, and the worker gets only the part that the clip shows', async () => {
    const scripted = new GuessingTranscriber();
    const { workerFactory } = worker(() => transcriberHandlers(() => scripted));
    const transcriber = new WorkerTranscriber({ modelsUrl, workerFactory });
    await transcriber.load();
    const whole = clip(10);
    const part = { ...whole, samples: whole.samples.subarray(16_000, 32_000) };
    await drain(transcriber.transcribe(part));
    expect(whole.samples.length).toBe(160_000);
    expect(scripted.clips[0]).toMatchObject({ sampleRateHz: 16_000, startMs: 5 });
    expect(scripted.clips[0]?.samples.buffer.byteLength).toBe(64_000);
  });
});

/** Says what runs it, as an engine that had a choice does. */
class ChoosingLanguageModel extends ScriptedLanguageModel {
  readonly runtime = { name: 'kernel', reason: 'the kernels know the model' };
}

describe('WorkerLanguageModel', () => {
  const replies = ['I am a small model that answers questions.'];
  describeLanguageModel(() => {
    const { workerFactory } = worker(() =>
      languageModelHandlers(() => new ScriptedLanguageModel({ replies, tokenMs: 1 })),
    );
    return new WorkerLanguageModel({ modelsUrl, workerFactory });
  });

  test('the page hears what runs the model, and why', async () => {
    const { workerFactory } = worker(() => languageModelHandlers(() => new ChoosingLanguageModel()));
    const model = new WorkerLanguageModel({ modelsUrl, workerFactory });
    await model.load();
    expect(model.runtime).toEqual({ name: 'kernel', reason: 'the kernels know the model' });
    await model.dispose();
  });

  test('the worker is told everything the engine needs, and nothing of the page', async () => {
    let told: unknown;
    const { workerFactory } = worker(() =>
      languageModelHandlers((options) => {
        told = options;
        return new ScriptedLanguageModel();
      }),
    );
    const model = new WorkerLanguageModel({
      modelsUrl,
      workerFactory,
      modelId: 'my-model',
      fileName: 'my.gguf',
      contextTokens: 4096,
    });
    expect(model.capabilities.contextTokens).toBe(4096);
    expect(model.runtime).toBeUndefined();
    await model.load();
    expect(told).toEqual({ modelsUrl, modelId: 'my-model', fileName: 'my.gguf', contextTokens: 4096 });
  });
});

describe('WorkerSynthesizer', () => {
  describeSynthesizer(() => {
    const { workerFactory } = worker(() => synthesizerHandlers(() => new ScriptedSynthesizer()));
    return new WorkerSynthesizer({ modelsUrl, workerFactory });
  });
});

test('a page declares what the engine in the worker can do, before there is one', () => {
  const source = new MemoryModelSource({});
  const pairs = [
    [new WorkerTranscriber({ modelsUrl }), new MoonshineTranscriber({ source })],
    [new WorkerLanguageModel({ modelsUrl }), new WllamaLanguageModel({ source })],
    [new WorkerSynthesizer({ modelsUrl }), new NeuralVoice({ source })],
  ] as const;
  for (const [proxy, engine] of pairs) {
    expect(proxy.capabilities).toEqual(engine.capabilities);
    expect(proxy.modelId).toBe(engine.modelId);
  }
});

describe('the life of a worker', () => {
  test('it starts with the first load and not before', async () => {
    const { workerFactory, started } = worker(() => transcriberHandlers(() => new ScriptedTranscriber()));
    const transcriber = new WorkerTranscriber({ modelsUrl, workerFactory });
    expect(isRunAnywhereError(await caught(drain(transcriber.transcribe(clip()))), 'not-loaded')).toBe(true);
    expect(started.length).toBe(0);
    await Promise.all([transcriber.load(), transcriber.load()]);
    expect(started.length).toBe(1);
  });

  test('progress arrives, for everybody who waits', async () => {
    const { workerFactory } = worker(() => transcriberHandlers(() => new ScriptedTranscriber({ loadMs: 5 })));
    const transcriber = new WorkerTranscriber({ modelsUrl, workerFactory });
    const heard: LoadProgress[][] = [[], []];
    await Promise.all(heard.map((list) => transcriber.load({ onProgress: (step) => list.push(step) })));
    for (const list of heard) {
      expect(list.at(-1)).toEqual({ file: 'model.bin', loadedBytes: 100, totalBytes: 100 });
    }
  });

  test('an abort of one load leaves the other going', async () => {
    const scripted = new ScriptedTranscriber({ loadMs: 20 });
    const { workerFactory } = worker(() => transcriberHandlers(() => scripted));
    const transcriber = new WorkerTranscriber({ modelsUrl, workerFactory });
    const controller = new AbortController();
    const impatient = transcriber.load({ signal: controller.signal });
    const patient = transcriber.load();
    controller.abort('impatient');
    await expect(impatient).rejects.toBe('impatient');
    await patient;
    expect(scripted.loads).toBe(1);
  });

  test('after a crash calls fail at once, and the next load starts a new worker', async () => {
    const { workerFactory, started } = worker(() =>
      languageModelHandlers(() => new ScriptedLanguageModel({ replies: ['One two three.'], tokenMs: 10 })),
    );
    const model = new WorkerLanguageModel({ modelsUrl, workerFactory });
    await model.load();
    const reply = model.generate([{ role: 'user', content: 'Count.' }])[Symbol.asyncIterator]();
    await reply.next();
    started[0]?.dispatchEvent(new Event('error'));
    const late = drain(model.generate([]));
    for (const error of [caught(reply.next()), caught(model.warm([])), caught(late)]) {
      expect(isRunAnywhereError(await error, 'worker-crashed')).toBe(true);
    }
    await model.load();
    expect(started.length).toBe(2);
    const events = await drain(model.generate([{ role: 'user', content: 'Count.' }]));
    expect(events.at(-1)).toMatchObject({ type: 'reply-end', text: 'One two three.' });
  });

  test('a worker that cannot even be made is unavailable', async () => {
    const transcriber = new WorkerTranscriber({
      modelsUrl,
      workerFactory: () => {
        throw new DOMException('blocked', 'SecurityError');
      },
    });
    const error = await caught(transcriber.load());
    expect(isRunAnywhereError(error, 'worker-unavailable') && error.details).toEqual({
      worker: 'transcription-processor',
      url: 'transcription-processor',
    });
  });

  test('a failed load can be tried again in the same worker', async () => {
    let attempts = 0;
    const failLoad = (): Error | undefined => {
      attempts += 1;
      return attempts === 1 ? new TypeError('first') : undefined;
    };
    const { workerFactory, started } = worker(() =>
      transcriberHandlers(() => new ScriptedTranscriber({ failLoad })),
    );
    const transcriber = new WorkerTranscriber({ modelsUrl, workerFactory });
    expect(isRunAnywhereError(await caught(transcriber.load()), 'engine-failed')).toBe(true);
    await transcriber.load();
    expect(started.length).toBe(1);
  });
});

/** Like Moonshine, it guesses while it listens, as `WorkerTranscriber` declares. */
class GuessingTranscriber extends ScriptedTranscriber {
  override async *transcribe(...call: Parameters<ScriptedTranscriber['transcribe']>) {
    for await (const event of super.transcribe(...call)) {
      if (event.text) yield { type: 'transcript-delta', text: event.text } as const;
      yield event;
    }
  }
}
