import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioClip } from '../audio-clip.ts';
import type { CallOptions, Engine } from '../engine.ts';
import { type ErrorCode, isRunAnywhereError } from '../errors.ts';
import type { ChatMessage, GenerateEvent, LanguageModel } from '../language-model.ts';
import type { ModelManifest, ModelSource } from '../model-source.ts';
import type { SynthesisEvent, Synthesizer } from '../synthesizer.ts';
import type { TelemetrySink } from '../telemetry.ts';
import type { Transcriber, TranscriptEvent } from '../transcriber.ts';
import type { TurnDetector } from '../turn-detector.ts';
import type { VoiceActivityDetector } from '../voice-activity-detector.ts';

// What every engine, proxy and fake of a contract promises. `make` gives a fresh one that is not loaded; the suites load one
// and share it between tests, since a real model takes a second. `subject` waits for it.

/** How a suite makes what it tests. */
export type Make<Subject> = () => Subject | Promise<Subject>;

/** The suite of {@link Transcriber}. `speech` is a clip in which somebody speaks, 16 000 Hz. */
export function describeTranscriber(
  make: Make<Transcriber>,
  { speech }: { speech: () => AudioClip | Promise<AudioClip> },
): void {
  describe('as a Transcriber', () => {
    const subject = describeEngine(make, (engine, options) =>
      drain(engine.transcribe(silence(0.5), options)),
    );

    test('any number of deltas, then exactly one end', async () => {
      const events = await drain((await subject()).transcribe(await speech()));
      expect(events.at(-1)).toMatchObject({ type: 'transcript-end', text: expect.stringMatching(/\w/) });
      expect(count(events, 'transcript-end')).toBe(1);
    });

    test('declares truly whether it guesses while it works', async () => {
      const engine = await subject();
      const events = await drain(engine.transcribe(await speech()));
      expect(count(events, 'transcript-delta') > 0).toBe(engine.capabilities.interim);
    });

    test('an empty clip has an empty transcript', async () => {
      const events = await drain((await subject()).transcribe(silence(0)));
      expect(events.at(-1)).toMatchObject({ type: 'transcript-end', text: '' });
    });

    test('a clip of another rate is refused', async () => {
      const clip = { ...silence(0.5), sampleRateHz: 44_100 };
      await expectError(drain((await subject()).transcribe(clip)), 'invalid-audio');
    });

    test('two calls at once are answered as one after the other', async () => {
      const engine = await subject();
      const alone = await transcript(engine, await speech());
      const [first, second] = await Promise.all([
        transcript(engine, await speech()),
        transcript(engine, silence(0)),
      ]);
      expect([first, second]).toEqual([alone, '']);
    });

    test('after an abort in flight the next call is right', async () => {
      const engine = await subject();
      const alone = await transcript(engine, await speech());
      const controller = new AbortController();
      const call = drain(engine.transcribe(await speech(), { signal: controller.signal }));
      setTimeout(() => controller.abort('barge-in'), 20);
      await call.catch((reason: unknown) => expect(reason).toBe('barge-in'));
      expect(await transcript(engine, await speech())).toBe(alone);
    });
  });
}

/** The suite of {@link LanguageModel}. */
export function describeLanguageModel(make: Make<LanguageModel>): void {
  const messages: ChatMessage[] = [
    { role: 'system', content: 'Answer in one short sentence.' },
    { role: 'user', content: 'Hello, who are you?' },
  ];
  const quick = { maxTokens: 6, temperature: 0 };
  describe('as a LanguageModel', () => {
    const subject = describeEngine(make, (engine, options) =>
      drain(engine.generate(messages, { ...quick, ...options })),
    );

    test('any number of deltas, then exactly one end that joins them', async () => {
      const events = await drain((await subject()).generate(messages, quick));
      const end = events.at(-1);
      const deltas = events.flatMap((event) => (event.type === 'reply-delta' ? [event.text] : []));
      expect(deltas.length).toBeGreaterThan(0);
      expect(end).toMatchObject({ type: 'reply-end', text: deltas.join('') });
      expect(count(events, 'reply-end')).toBe(1);
    });

    test('maxTokens cuts the reply and says so', async () => {
      const events = await drain((await subject()).generate(messages, { maxTokens: 1, temperature: 0 }));
      expect(events.at(-1)).toMatchObject({ finishReason: 'length', usage: { replyTokens: 1 } });
    });

    test('at temperature 0 the same conversation gives the same reply', async () => {
      const engine = await subject();
      expect(await reply(engine, messages, quick)).toBe(await reply(engine, messages, quick));
    });

    test('two calls at once are answered as one after the other', async () => {
      const engine = await subject();
      const alone = await reply(engine, messages, quick);
      expect(await Promise.all([reply(engine, messages, quick), reply(engine, messages, quick)])).toEqual([
        alone,
        alone,
      ]);
    });

    test('leaving the loop early, or aborting, leaves the engine fit for the next call', async () => {
      const engine = await subject();
      const alone = await reply(engine, messages, quick);
      for await (const _event of engine.generate(messages)) break;
      const controller = new AbortController();
      const call = drain(engine.generate(messages, { maxTokens: 64, signal: controller.signal }));
      setTimeout(() => controller.abort('barge-in'), 20);
      await call.catch((reason: unknown) => expect(reason).toBe('barge-in'));
      expect(await reply(engine, messages, quick)).toBe(alone);
    });

    test('warming changes no reply', async () => {
      const engine = await subject();
      const before = await reply(engine, messages, quick);
      await engine.warm(messages.slice(0, 1));
      expect(await reply(engine, messages, quick)).toBe(before);
    });

    test('counts the tokens of a prompt as generate does', async () => {
      const engine = await subject();
      const events = await drain(engine.generate(messages, quick));
      const end = events.at(-1);
      const tokens = await engine.promptTokens(messages);
      expect(end?.type === 'reply-end' && end.usage.promptTokens).toBe(tokens.length);
    });

    test('a conversation that does not fit is refused before any work', async () => {
      const engine = await subject();
      const content = 'word '.repeat(engine.capabilities.contextTokens + 10);
      await expectError(drain(engine.generate([{ role: 'user', content }])), 'prompt-too-long');
    });
  });
}

/** The suite of {@link Synthesizer}. */
export function describeSynthesizer(make: Make<Synthesizer>): void {
  const text = 'Good morning. It is seven thirty.';
  describe('as a Synthesizer', () => {
    const subject = describeEngine(make, (engine, options) => drain(engine.synthesize(text, options)));

    test('any number of clips at the declared rate, then exactly one end', async () => {
      const engine = await subject();
      const events = await drain(engine.synthesize(text));
      const clips = events.flatMap((event) => (event.type === 'speech-delta' ? [event.clip] : []));
      expect(clips.length).toBeGreaterThan(0);
      for (const clip of clips) {
        expect(clip.sampleRateHz).toBe(engine.capabilities.sampleRateHz);
        expect(clip.samples.every((sample) => Math.abs(sample) <= 1)).toBe(true);
      }
      expect(events.at(-1)?.type).toBe('speech-end');
      expect(count(events, 'speech-end')).toBe(1);
    });

    test('reports how much sound it gave', async () => {
      const engine = await subject();
      const events = await drain(engine.synthesize(text));
      const end = events.at(-1);
      expect(end?.type === 'speech-end' ? end.audioMs : 0).toBeCloseTo(audioMs(events), 0);
    });

    test('twice the speed takes less time', async () => {
      const engine = await subject();
      const [slow, fast] = [
        await drain(engine.synthesize(text)),
        await drain(engine.synthesize(text, { speed: 2 })),
      ];
      expect(audioMs(fast)).toBeLessThan(audioMs(slow) * 0.75);
    });

    test('nothing to say gives only the end', async () => {
      expect(await drain((await subject()).synthesize(' \n'))).toMatchObject([
        { type: 'speech-end', audioMs: 0 },
      ]);
    });

    test('an unknown voice and a wild speed are refused', async () => {
      const engine = await subject();
      await expectError(drain(engine.synthesize(text, { voice: 'nobody' })), 'invalid-options');
      await expectError(drain(engine.synthesize(text, { speed: 9 })), 'invalid-options');
    });

    test('after an abort the next call is whole', async () => {
      const engine = await subject();
      const alone = audioMs(await drain(engine.synthesize(text)));
      const controller = new AbortController();
      const call = drain(engine.synthesize(text.repeat(4), { signal: controller.signal }));
      setTimeout(() => controller.abort('barge-in'), 20);
      await call.catch((reason: unknown) => expect(reason).toBe('barge-in'));
      expect(audioMs(await drain(engine.synthesize(text)))).toBeCloseTo(alone, 0);
    });
  });
}

/** The suite of {@link VoiceActivityDetector}. */
export function describeVoiceActivityDetector(make: Make<VoiceActivityDetector>): void {
  describe('as a VoiceActivityDetector', () => {
    const subject = describeEngine(make, (engine, options) =>
      engine.process(new Float32Array(engine.frameSamples), options),
    );

    test('gives a probability, a low one for silence', async () => {
      const engine = await subject();
      engine.reset();
      let probability = 1;
      for (let n = 0; n < 5; n += 1)
        probability = await engine.process(new Float32Array(engine.frameSamples));
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThan(0.2);
    });

    test('a reset makes the past forgotten', async () => {
      const engine = await subject();
      const frame = Float32Array.from({ length: engine.frameSamples }, (_, n) => 0.5 * Math.sin(n / 7));
      engine.reset();
      const first = await engine.process(frame);
      await engine.process(frame);
      engine.reset();
      expect(await engine.process(frame)).toBe(first);
    });

    test('a frame of another length is refused', async () => {
      await expectError((await subject()).process(new Float32Array(100)), 'invalid-audio');
    });
  });
}

/** The suite of {@link TurnDetector}. */
export function describeTurnDetector(make: Make<TurnDetector>): void {
  describe('as a TurnDetector', () => {
    const subject = describeEngine(make, (engine, options) => engine.predict(silence(0.5), options));

    test('gives a probability', async () => {
      const { endProbability } = await (await subject()).predict(silence(1));
      expect(endProbability).toBeGreaterThanOrEqual(0);
      expect(endProbability).toBeLessThanOrEqual(1);
    });

    test('a clip of another rate is refused', async () => {
      await expectError((await subject()).predict({ ...silence(1), sampleRateHz: 8000 }), 'invalid-audio');
    });
  });
}

/** The suite of {@link ModelSource}. `manifest` is a model it has. */
export function describeModelSource(
  make: Make<ModelSource>,
  manifest: () => ModelManifest | Promise<ModelManifest>,
): void {
  describe('as a ModelSource', () => {
    test('gives each file whole, and its progress ends at its size', async () => {
      const source = await make();
      const { id, files } = await manifest();
      for (const { name, sizeBytes } of files) {
        let loadedBytes = 0;
        const blob = await source.open(id, name, {
          onProgress: (progress) => {
            expect(progress.loadedBytes).toBeGreaterThanOrEqual(loadedBytes);
            ({ loadedBytes } = progress);
          },
        });
        expect([blob.size, loadedBytes]).toEqual([sizeBytes, sizeBytes]);
      }
    });

    test('an unknown model and an unknown file are named', async () => {
      const source = await make();
      const { id } = await manifest();
      await expectError(source.open('no-such-model', 'x.bin'), 'model-unknown');
      await expectError(source.open(id, 'no-such-file.bin'), 'model-unknown');
    });

    test('an abort rejects with the reason given', async () => {
      const source = await make();
      const { id, files } = await manifest();
      await expect(
        source.open(id, files[0]?.name ?? '', { signal: AbortSignal.abort('enough') }),
      ).rejects.toBe('enough');
    });
  });
}

/** The suite of {@link TelemetrySink}. */
export function describeTelemetrySink(make: Make<TelemetrySink>): void {
  describe('as a TelemetrySink', () => {
    test('takes any event without throwing', async () => {
      const sink = await make();
      const event = { stage: 'language', turn: 1, atMs: 12 } as const;
      expect(() => {
        sink.record({ type: 'stage-start', ...event });
        sink.record({ type: 'stage-end', ...event, outcome: 'failed', counts: { promptTokens: 3 } });
      }).not.toThrow();
    });
  });
}

/** What all engines promise. Returns the loaded engine that the tests of a suite share. */
function describeEngine<Subject extends Engine>(
  make: Make<Subject>,
  work: (engine: Subject, options: CallOptions) => Promise<unknown>,
): () => Promise<Subject> {
  let shared: Promise<Subject> | undefined;
  const subject = (): Promise<Subject> => {
    shared ??= (async () => {
      const engine = await make();
      await engine.load();
      return engine;
    })();
    return shared;
  };
  beforeAll(async () => void (await subject()));
  afterAll(async () => (await shared)?.dispose());

  test('working before the load is refused', async () => {
    const engine = await make();
    await expectError(work(engine, {}), 'not-loaded');
    await engine.dispose();
  });

  test('loading again is free', async () => {
    const engine = await subject();
    const startMs = performance.now();
    await Promise.all([engine.load(), engine.load()]);
    expect(performance.now() - startMs).toBeLessThan(100);
  });

  test('a load that is aborted rejects with the reason given', async () => {
    const engine = await make();
    await expect(engine.load({ signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
    await engine.dispose();
  });

  test('a call that is aborted already rejects with the reason given', async () => {
    await expect(work(await subject(), { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
  });

  test('disposal is free the second time, and refuses work after it', async () => {
    const engine = await make();
    await engine.load();
    await engine.dispose();
    await engine.dispose();
    await expectError(work(engine, {}), 'disposed');
    await expectError(engine.load(), 'disposed');
  });

  test('disposal fails the call in flight', async () => {
    const engine = await make();
    await engine.load();
    const call = work(engine, {});
    const disposal = engine.dispose();
    await expectError(call, 'disposed');
    await disposal;
  });

  return subject;
}

async function expectError(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  const error = await promise.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  expect(isRunAnywhereError(error) ? error.code : error).toBe(code);
}

async function drain<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function count(events: readonly { type: string }[], type: string): number {
  return events.filter((event) => event.type === type).length;
}

function silence(seconds: number): AudioClip {
  return { samples: new Float32Array(Math.round(seconds * 16_000)), sampleRateHz: 16_000, startMs: 0 };
}

async function transcript(engine: Transcriber, clip: AudioClip): Promise<string> {
  const events: TranscriptEvent[] = await drain(engine.transcribe(clip));
  return events.at(-1)?.text ?? '';
}

async function reply(
  engine: LanguageModel,
  messages: readonly ChatMessage[],
  options: object,
): Promise<string> {
  const events: GenerateEvent[] = await drain(engine.generate(messages, options));
  return events.flatMap((event) => (event.type === 'reply-delta' ? [event.text] : [])).join('');
}

function audioMs(events: readonly SynthesisEvent[]): number {
  return events.reduce(
    (sum, event) =>
      sum +
      (event.type === 'speech-delta' ? (event.clip.samples.length * 1000) / event.clip.sampleRateHz : 0),
    0,
  );
}
