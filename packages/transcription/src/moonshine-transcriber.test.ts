import { copyFile, mkdir, mkdtemp, open, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AudioClip, CallOptions, LoadProgress, ModelSource } from '@runanywhere/core';
import { describeTranscriber, MemoryModelSource } from '@runanywhere/core/testing';
import { wordErrorRate } from '@runanywhere/core/word-error-rate';
import { ensureModel, FolderModelSource } from '@runanywhere/models/node';
import {
  loadOnnxRuntime,
  ONNX_RUNTIME_ID,
  ONNX_RUNTIME_WASM,
  type OnnxSession,
  type OnnxTensor,
  openOnnxSession,
} from '@runanywhere/onnx';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  fixtureClip,
  fixtureTranscript,
  speechFixtures,
} from '../../../tests/fixtures/speech/speech-fixtures.ts';
import { MoonshineTranscriber } from './moonshine-transcriber.ts';

const source = new FolderModelSource();
const figures: string[] = [];
let transcriber: MoonshineTranscriber;
let folder: string;
/** What all sessions inherit from: the place to watch them. */
let sessions: OnnxSession;

beforeAll(async () => {
  folder = (await ensureModel('moonshine-tiny')).folder;
  await ensureModel(ONNX_RUNTIME_ID);
  transcriber = new MoonshineTranscriber({ source });
  const startedMs = performance.now();
  await transcriber.load();
  figures.push(`load, the runtime included: ${Math.round(performance.now() - startedMs)} ms`);
  const session = await openOnnxSession(source, 'moonshine-tiny', 'encoder_model.onnx');
  sessions = Object.getPrototypeOf(session);
  await session.release();
}, 300_000);

afterEach(() => vi.restoreAllMocks());

afterAll(async () => {
  await transcriber?.dispose();
  console.info(`moonshine-tiny\n  ${figures.join('\n  ')}`);
});

describeTranscriber(() => new MoonshineTranscriber({ source }), { speech: () => fixtureClip('amiable.wav') });

describe('recorded speech', () => {
  test.each(speechFixtures)('$file: at most 15 % of the words are wrong', async ({ file, transcript }) => {
    const heard = await listen(transcriber, fixtureClip(file));
    const { wordErrorRate: rate, errors, words } = wordErrorRate(transcript, heard.text);
    figures.push(
      `${file}: WER ${(rate * 100).toFixed(1)} % (${errors} of ${words}), ${Math.round(heard.inferenceMs)} ms, ` +
        `${heard.deltas.length} tokens, ${heard.msPerToken.toFixed(1)} ms a token`,
    );
    expect(rate).toBeLessThanOrEqual(0.15);
  });

  test('the text grows: each guess comes before the end, and the last one is the transcript', async () => {
    const { deltas, text } = await listen(transcriber, fixtureClip('dashwood.wav'));
    expect(deltas.length).toBeGreaterThan(10);
    expect(deltas.at(-1)).toBe(text);
    for (const [index, delta] of deltas.entries())
      expect(delta.startsWith(deltas[index - 1] ?? '')).toBe(true);
  });

  test('a minute of it is cut at pauses, and no word is lost or doubled', async () => {
    const files = ['jfk', 'dashwood', 'amiable', 'jfk', 'dashwood', 'go-somewhere', 'dashwood', 'jfk'].map(
      (name) => `${name}.wav`,
    );
    const samples = joinSamples(files.map((file) => fixtureClip(file).samples));
    expect(samples.length).toBeGreaterThan(55 * 16_000);
    const { text, inferenceMs } = await listen(transcriber, clipOf(samples));
    const result = wordErrorRate(files.map(fixtureTranscript).join(' '), text);
    figures.push(
      `${Math.round(samples.length / 16_000)} s: ${result.errors} of ${result.words} words wrong, ${Math.round(inferenceMs)} ms`,
    );
    expect(result.wordErrorRate).toBeLessThanOrEqual(0.05);
  });

  test('is understood at a whisper’s level too', async () => {
    const quiet = fixtureClip('dashwood.wav').samples.map((sample) => sample * 0.02);
    const { text } = await listen(transcriber, clipOf(quiet));
    expect(wordErrorRate(fixtureTranscript('dashwood.wav'), text).wordErrorRate).toBeLessThanOrEqual(0.15);
  });
});

test('the larger model: 15 % at most, too', async () => {
  await ensureModel('moonshine-base');
  const engine = new MoonshineTranscriber({ source, modelId: 'moonshine-base' });
  await engine.load();
  for (const file of ['jfk.wav', 'amiable.wav']) {
    const heard = await listen(engine, fixtureClip(file));
    const { wordErrorRate: rate, errors, words } = wordErrorRate(fixtureTranscript(file), heard.text);
    figures.push(
      `moonshine-base, ${file}: ${errors} of ${words} words wrong, ${Math.round(heard.inferenceMs)} ms`,
    );
    expect(rate).toBeLessThanOrEqual(0.15);
  }
  await engine.dispose();
}, 300_000);

test('two words between two silences are heard', async () => {
  // "ask not", as the segmenter cuts it out; at its first attempt the model makes nothing of it.
  const { samples } = fixtureClip('jfk.wav');
  const { text } = await listen(transcriber, clipOf(samples.slice(2880 * 16, 4700 * 16)));
  expect(text).toMatch(/\bnot\b/i);
});

describe('no speech', () => {
  test.each([
    ['no sample', new Float32Array(0)],
    ['one sample', Float32Array.of(0.5)],
    ['a click of 60 ms', new Float32Array(960).fill(0.3)],
    ['one second of silence', new Float32Array(16_000)],
    ['30 seconds of silence', new Float32Array(30 * 16_000)],
    ['noise, hardly audible', noise(4, 0.001)],
    ['noise', noise(4, 0.1)],
    ['noise at full scale', noise(4, 1)],
  ])('%s is empty text', async (_what, samples) => {
    expect((await listen(transcriber, clipOf(samples))).text).toBe('');
  });

  test.each([
    ['another rate', { ...clipOf(new Float32Array(480)), sampleRateHz: 48_000 }],
    ['no rate', { ...clipOf(new Float32Array(480)), sampleRateHz: Number.NaN }],
    ['a sample that is no number', clipOf(noise(1, 0.1).fill(Number.NaN, 700, 701))],
    ['an infinite sample', clipOf(noise(1, 0.1).fill(Number.POSITIVE_INFINITY, 5, 6))],
  ])('%s is refused', async (_what, clip) => {
    await expect(listen(transcriber, clip)).rejects.toMatchObject({ code: 'invalid-audio' });
  });
});

describe('aborting', () => {
  test('at any moment: rejects at once with the reason, says nothing more, and the next call is right', async () => {
    const clip = fixtureClip('dashwood.wav');
    const { text, inferenceMs } = await listen(transcriber, clip);
    const rejectMs: number[] = [];
    const freeMs: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const controller = new AbortController();
      const reason = new Error(`reason ${round}`);
      const seen: string[] = [];
      let abortedMs = 0;
      const call = collect(transcriber.transcribe(clip, { signal: controller.signal }), seen).then(
        () => undefined,
        (error: unknown) => {
          rejectMs.push(performance.now() - abortedMs);
          return error;
        },
      );
      const next = sleep(0).then(() => listen(transcriber, fixtureClip('go-somewhere.wav')));
      const nextEmpty = sleep(0).then(() => listen(transcriber, clipOf(new Float32Array(0))));
      await sleep((inferenceMs * round) / 12);
      abortedMs = performance.now();
      controller.abort(reason);
      const seenAtAbort = seen.length;
      expect(await call).toBe(reason);
      expect(seen.length).toBe(seenAtAbort);
      const answer = await next;
      freeMs.push(answer.startedMs - abortedMs);
      expect(wordErrorRate(fixtureTranscript('go-somewhere.wav'), answer.text).errors).toBe(0);
      expect((await nextEmpty).text).toBe('');
      expect(seen.length).toBe(seenAtAbort);
    }
    expect((await listen(transcriber, clip)).text).toBe(text);
    figures.push(
      `abort: caller ${maxOf(rejectMs).toFixed(1)} ms at most, engine free ${maxOf(freeMs).toFixed(0)} ms at most`,
    );
    expect(rejectMs).toHaveLength(10);
    expect(maxOf(rejectMs)).toBeLessThan(50);
  });

  test('before the call begins: nothing is run', async () => {
    const run = vi.spyOn(sessions, 'run');
    const signal = AbortSignal.abort('too late');
    await expect(listen(transcriber, fixtureClip('amiable.wav'), { signal })).rejects.toBe('too late');
    expect(run).not.toHaveBeenCalled();
  });

  test('stops between two tokens: the runs after it are none', async () => {
    const run = vi.spyOn(sessions, 'run');
    for await (const event of transcriber.transcribe(fixtureClip('jfk.wav'))) {
      if (event.type === 'transcript-delta') break;
    }
    const runs = run.mock.calls.length;
    await listen(transcriber, clipOf(new Float32Array(0)));
    expect(run.mock.calls.length - runs).toBeLessThanOrEqual(1);
  });
});

test('events get through between any two runs, so an abort waits for one run at most', async () => {
  let ticks = 0;
  const ticker = setInterval(() => {
    ticks += 1;
  });
  const ticksAtRun: number[] = [];
  const runMs: number[] = [];
  const run = sessions.run;
  vi.spyOn(sessions, 'run').mockImplementation(async function (
    this: OnnxSession,
    ...args: Parameters<typeof run>
  ) {
    ticksAtRun.push(ticks);
    const startedMs = performance.now();
    const results = await run.apply(this, args);
    runMs.push(performance.now() - startedMs);
    return results;
  });
  await listen(transcriber, fixtureClip('jfk.wav'));
  clearInterval(ticker);
  const [encoderMs = 0, ...decoderMs] = runMs;
  figures.push(
    `longest run, 11 s of speech: encoder ${encoderMs.toFixed(0)} ms, decoder ${maxOf(decoderMs).toFixed(0)} ms`,
  );
  expect(ticksAtRun.length).toBeGreaterThan(20);
  for (const [index, count] of ticksAtRun.entries()) {
    if (index > 0) expect(count).toBeGreaterThan(ticksAtRun[index - 1] ?? 0);
  }
});

test('two calls at once are answered in order, each with its own text', async () => {
  const order: string[] = [];
  const ask = async (file: string): Promise<string> => {
    const { text } = await listen(transcriber, fixtureClip(file));
    order.push(file);
    return text;
  };
  const texts = await Promise.all([ask('dashwood.wav'), ask('go-somewhere.wav'), ask('amiable.wav')]);
  expect(order).toEqual(['dashwood.wav', 'go-somewhere.wav', 'amiable.wav']);
  for (const [index, file] of order.entries()) {
    expect(wordErrorRate(fixtureTranscript(file), texts[index] ?? '').wordErrorRate).toBeLessThanOrEqual(
      0.15,
    );
  }
});

describe('memory', () => {
  test('no tensor outlives its call: done, aborted, or broken off by disposal', async () => {
    const tensors = new Set<OnnxTensor>();
    const run = sessions.run;
    vi.spyOn(sessions, 'run').mockImplementation(async function (
      this: OnnxSession,
      ...args: Parameters<typeof run>
    ) {
      const results = await run.apply(this, args);
      for (const tensor of [...Object.values(args[0]), ...Object.values(results)]) {
        tensors.add(tensor as OnnxTensor);
      }
      return results;
    });
    const release = vi.spyOn(sessions, 'release');
    // ONNX Runtime marks a tensor that was disposed of by this location.
    const alive = (): number => [...tensors].filter(({ location }) => location !== 'none').length;
    const engine = new MoonshineTranscriber({ source });
    await engine.load();
    expect(tensors.size).toBeGreaterThan(50);
    expect(alive()).toBe(0);

    await listen(engine, fixtureClip('go-somewhere.wav'));
    expect(alive()).toBe(0);

    const controller = new AbortController();
    const aborted = listen(engine, fixtureClip('dashwood.wav'), { signal: controller.signal });
    setTimeout(() => controller.abort('enough'), 50);
    await expect(aborted).rejects.toBe('enough');
    await listen(engine, clipOf(new Float32Array(0)));
    expect(alive()).toBe(0);

    const running = engine.transcribe(fixtureClip('jfk.wav'));
    expect((await running.next()).value).toMatchObject({ type: 'transcript-delta' });
    expect(alive()).toBeGreaterThan(0);
    const broken = collect(running, []).catch((error: unknown) => error);
    const startedMs = performance.now();
    const disposal = engine.dispose();
    expect(await broken).toMatchObject({ code: 'disposed' });
    expect(performance.now() - startedMs).toBeLessThan(50);
    await disposal;
    expect(alive()).toBe(0);
    expect(release).toHaveBeenCalledTimes(2);
    await expect(listen(engine, fixtureClip('jfk.wav'))).rejects.toMatchObject({ code: 'disposed' });
  });

  test('stays flat over 30 transcriptions', async () => {
    const clip = fixtureClip('go-somewhere.wav');
    for (let i = 0; i < 5; i += 1) await listen(transcriber, clip);
    const before = await usedMiB();
    const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow');
    for (let i = 0; i < 30; i += 1) await listen(transcriber, clip);
    const after = await usedMiB();
    figures.push(
      `30 transcriptions: buffers ${before.buffers.toFixed(1)} → ${after.buffers.toFixed(1)} MiB, heap ${before.heap.toFixed(1)} → ${after.heap.toFixed(1)} MiB`,
    );
    expect(grow).not.toHaveBeenCalled();
    expect(after.buffers - before.buffers).toBeLessThan(2);
    expect(after.heap - before.heap).toBeLessThan(4);
  });
});

describe('loading', () => {
  test('twice at once shares one load, and each file is reported up to its end', async () => {
    const opened: string[] = [];
    const counting: ModelSource = {
      open: (modelId, file, options) => {
        opened.push(file);
        return source.open(modelId, file, options);
      },
      urlOf: () => undefined,
    };
    const engine = new MoonshineTranscriber({ source: counting });
    const progress: LoadProgress[] = [];
    const heard: LoadProgress[] = [];
    await Promise.all([
      engine.load({ onProgress: (update) => progress.push(update) }),
      engine.load({ onProgress: (update) => heard.push(update) }),
    ]);
    await engine.load();
    await engine.dispose();
    const files = ['decoder_model_merged.onnx', 'encoder_model.onnx', ONNX_RUNTIME_WASM, 'tokenizer.json'];
    expect(opened.sort()).toEqual(files);
    expect(heard).toEqual(progress);
    for (const file of files) {
      const last = progress.filter((update) => update.file === file).at(-1);
      expect(last?.loadedBytes).toBe(last?.totalBytes);
    }
  });

  test('a damaged file is named, and once it is whole the same engine loads', async () => {
    const models = await mkdtemp(join(tmpdir(), 'transcription-test-'));
    try {
      await mkdir(join(models, 'moonshine-tiny'));
      await symlink(join(folder, '..', ONNX_RUNTIME_ID), join(models, ONNX_RUNTIME_ID));
      for (const file of ['decoder_model_merged.onnx', 'tokenizer.json']) {
        await symlink(join(folder, file), join(models, 'moonshine-tiny', file));
      }
      const damaged = join(models, 'moonshine-tiny', 'encoder_model.onnx');
      await copyFile(join(folder, 'encoder_model.onnx'), damaged);
      const handle = await open(damaged, 'r+');
      await handle.write(Uint8Array.of(0xff, 0x00, 0xff), 0, 3, 4_000_000);
      await handle.close();
      const engine = new MoonshineTranscriber({ source: new FolderModelSource({ folder: models }) });
      await expect(engine.load()).rejects.toMatchObject({
        code: 'model-corrupt',
        details: { modelId: 'moonshine-tiny', file: 'encoder_model.onnx' },
      });
      await copyFile(join(folder, 'encoder_model.onnx'), damaged);
      await engine.load();
      expect((await listen(engine, fixtureClip('go-somewhere.wav'))).text).toMatch(/somewhere/);
      await engine.dispose();
    } finally {
      await rm(models, { recursive: true });
    }
  });

  test.each([
    ['encoder_model.onnx', 'no ONNX'],
    ['tokenizer.json', '{}'],
  ])('a %s that is not one is an engine-failed, and what was opened is freed', async (file, content) => {
    const { InferenceSession } = await loadOnnxRuntime(source);
    const create = vi.spyOn(InferenceSession, 'create');
    const release = vi.spyOn(sessions, 'release');
    const blobs: Record<string, Blob> = {};
    for (const name of ['encoder_model.onnx', 'decoder_model_merged.onnx', 'tokenizer.json']) {
      blobs[name] = name === file ? new Blob([content]) : await source.open('moonshine-tiny', name);
    }
    const engine = new MoonshineTranscriber({
      source: new MemoryModelSource({
        'moonshine-tiny': blobs,
        [ONNX_RUNTIME_ID]: { [ONNX_RUNTIME_WASM]: await source.open(ONNX_RUNTIME_ID, ONNX_RUNTIME_WASM) },
      }),
    });
    await expect(engine.load()).rejects.toMatchObject({ code: 'engine-failed' });
    await vi.waitFor(async () => {
      const opened = await Promise.allSettled(create.mock.results.map(({ value }) => value));
      expect(opened.length).toBeGreaterThan(0);
      expect(release).toHaveBeenCalledTimes(opened.filter(({ status }) => status === 'fulfilled').length);
    });
    await engine.dispose();
  });

  test('a load that is given up rejects at once and leaves the engine fit for another', async () => {
    const engine = new MoonshineTranscriber({ source });
    const controller = new AbortController();
    const load = engine.load({ signal: controller.signal });
    await sleep(20);
    controller.abort('changed my mind');
    await expect(load).rejects.toBe('changed my mind');
    await engine.load();
    expect((await listen(engine, fixtureClip('go-somewhere.wav'))).text).toMatch(/somewhere/);
    await engine.dispose();
  });
});

function clipOf(samples: Float32Array<ArrayBuffer>): AudioClip {
  return { samples, sampleRateHz: 16_000, startMs: 0 };
}

function noise(seconds: number, amplitude: number): Float32Array<ArrayBuffer> {
  let state = 12_345;
  return Float32Array.from({ length: seconds * 16_000 }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return ((state / 2_147_483_647) * 2 - 1) * amplitude;
  });
}

function joinSamples(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function collect(events: AsyncIterable<{ readonly type: string }>, into: string[]): Promise<void> {
  for await (const event of events) into.push(event.type);
}

interface Heard {
  readonly text: string;
  readonly deltas: readonly string[];
  readonly inferenceMs: number;
  readonly msPerToken: number;
  /** When the engine began with this call. */
  readonly startedMs: number;
}

async function listen(engine: MoonshineTranscriber, clip: AudioClip, options?: CallOptions): Promise<Heard> {
  const deltas: string[] = [];
  let firstMs = 0;
  for await (const event of engine.transcribe(clip, options)) {
    if (event.type === 'transcript-delta') {
      firstMs ||= performance.now();
      deltas.push(event.text);
    } else {
      const { text, inferenceMs } = event;
      const nowMs = performance.now();
      const msPerToken = (nowMs - firstMs) / Math.max(1, deltas.length);
      return { text, deltas, inferenceMs, msPerToken, startedMs: nowMs - inferenceMs };
    }
  }
  throw new Error('The call ended without a transcript-end.');
}

function maxOf(values: readonly number[]): number {
  return Math.max(...values);
}

async function usedMiB(): Promise<{ buffers: number; heap: number }> {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  for (let i = 0; i < 3; i += 1) {
    collectGarbage();
    await sleep(20);
  }
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return { buffers: arrayBuffers / 2 ** 20, heap: heapUsed / 2 ** 20 };
}
