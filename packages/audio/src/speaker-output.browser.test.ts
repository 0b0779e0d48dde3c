import { isRunAnywhereError } from '@runanywhere/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { receiveCapture } from './receive-capture.ts';
import { SpeakerOutput, type SpeakerOutputOptions } from './speaker-output.ts';

const RATE_HZ = 24_000;
const QUANTUM_MS = (128 * 1000) / RATE_HZ;
const outputs: SpeakerOutput[] = [];
const contexts: AudioContext[] = [];
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A loudspeaker with everything that leaves it, sample by sample, and everything it tells. */
async function make(options: SpeakerOutputOptions = {}) {
  let context: AudioContext | undefined;
  let tap: GainNode | undefined;
  const output = new SpeakerOutput({
    tap: (made) => {
      context = made;
      contexts.push(made);
      tap = new GainNode(made);
      return tap;
    },
    ...options,
  });
  outputs.push(output);
  const told: (
    | { type: 'start'; atMs: number }
    | { type: 'end'; atMs: number; playedMs: number; stopped: boolean }
  )[] = [];
  output.events.on('playback-start', (event) => told.push({ type: 'start', ...event }));
  output.events.on('playback-end', (event) => told.push({ type: 'end', ...event }));

  const heard: number[] = [];
  const record = async (): Promise<void> => {
    await output.open();
    if (!context || !tap) return;
    await context.audioWorklet.addModule(new URL('./capture.worklet.ts', import.meta.url));
    const node = new AudioWorkletNode(context, 'runanywhere-capture');
    const { port1, port2 } = new MessageChannel();
    node.port.postMessage({ type: 'connect', port: port1 }, [port1]);
    receiveCapture(port2, ({ samples, droppedSamples }) => {
      expect(droppedSamples).toBe(0);
      heard.push(...samples);
    });
    tap.connect(node);
    await sleep(50);
  };
  const ended = (count = 1) =>
    vi.waitFor(() => expect(told.filter(({ type }) => type === 'end')).toHaveLength(count), {
      timeout: 8000,
    });
  /** What was heard, without the silence around it. */
  const sound = async (): Promise<number[]> => {
    // The recording is complete when it has come to silence: 0.2 s of it, by its own time and not by the page's.
    const silent = (): boolean => heard.length > 4800 && heard.slice(-4800).every((sample) => sample === 0);
    await vi.waitFor(() => expect(silent()).toBe(true), { timeout: 8000 });
    const first = heard.findIndex((sample) => sample !== 0);
    const last = heard.findLastIndex((sample) => sample !== 0);
    return first < 0 ? [] : heard.slice(first, last + 1);
  };
  return { output, told, record, ended, sound, context: () => context as AudioContext };
}

const ends = <T extends { type: string }>(told: T[]) => told.filter((event) => event.type === 'end');

/** Never zero, so that its first and last sample are seen. */
function sine(seconds: number, sampleRateHz = RATE_HZ, hz = 330): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: Math.round(seconds * sampleRateHz) },
    (_, i) => 0.4 * Math.sin((2 * Math.PI * hz * (i + 0.3)) / sampleRateHz),
  );
}

function clip(samples: Float32Array<ArrayBuffer>, sampleRateHz = RATE_HZ) {
  return { samples, sampleRateHz, startMs: 0 };
}

/** Cuts into clips of odd lengths, some shorter than a quantum; the first is long enough for the others to arrive meanwhile. */
function pieces(samples: Float32Array<ArrayBuffer>, lengths = [8000, 1, 50, 127, 128, 129, 333, 1000, 2477]) {
  const cut: Float32Array<ArrayBuffer>[] = [];
  for (let start = 0, i = 0; start < samples.length; i++) {
    const end = start + (lengths[i % lengths.length] as number);
    cut.push(samples.slice(start, end));
    start = end;
  }
  return cut;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return isRunAnywhereError(error) ? error.code : `not ours: ${error}`;
}

afterEach(async () => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  for (const output of outputs.splice(0)) await output.dispose();
  const open = contexts.splice(0).filter(({ state }) => state !== 'closed');
  expect(open).toHaveLength(0);
});

describe('SpeakerOutput', () => {
  test('many clips leave as one sound, to the last sample', async () => {
    const { output, record, ended, sound, told } = await make();
    await record();
    const whole = sine(1);
    for (const piece of pieces(whole)) output.enqueue(clip(piece));
    await ended();
    expect(output.underruns).toBe(0);
    expect(await sound()).toEqual([...whole]);
    expect(told.map(({ type }) => type)).toEqual(['start', 'end']);
    expect(ends(told)[0]).toMatchObject({ playedMs: 1000, stopped: false });
    expect(output.playedMs()).toBeLessThanOrEqual(1000);
  });

  test('a page that is busy for half a second makes no gap', async () => {
    const { output, record, ended, sound } = await make();
    await record();
    const whole = sine(1);
    for (const piece of pieces(whole)) output.enqueue(clip(piece));
    await sleep(100);
    const until = performance.now() + 500;
    while (performance.now() < until);
    await ended();
    expect(output.underruns).toBe(0);
    expect(await sound()).toEqual([...whole]);
  });

  test('clips of another rate join without a seam', async () => {
    const { output, record, ended, sound, told } = await make();
    await record();
    for (const piece of pieces(sine(1, 48_000), [4801, 12_007])) output.enqueue(clip(piece, 48_000));
    await ended();
    const heard = await sound();
    const wanted = sine(1);
    // The cutting of the search for sound may take a near-zero sample at an end.
    expect(Math.abs(heard.length - wanted.length)).toBeLessThanOrEqual(2);
    const middle = heard.slice(500, -500).map((sample, i) => {
      const ideal = 0.4 * Math.sin((2 * Math.PI * 330 * ((i + 500) * 2 + 0.3)) / 48_000);
      return Math.abs(sample - ideal);
    });
    expect(Math.max(...middle)).toBeLessThan(0.4 / 1000); // -60 dB
    expect(ends(told)).toHaveLength(1);
  });

  test('what has left is counted while it leaves, late by the latency of the output and never ahead', async () => {
    const { output, record, ended, told, context } = await make();
    await record();
    output.enqueue(clip(sine(1.5)));
    await vi.waitFor(() => expect(told).toHaveLength(1));
    const start = told[0]?.atMs ?? 0;
    let before = -1;
    for (let i = 0; i < 20; i++) {
      await sleep(41);
      const nowMs = performance.now();
      const playedMs = output.playedMs();
      expect(playedMs).toBeGreaterThanOrEqual(before);
      before = playedMs;
      expect(Math.abs(playedMs - Math.max(0, nowMs - start))).toBeLessThanOrEqual(QUANTUM_MS * 4);
      expect(playedMs).toBeLessThanOrEqual(nowMs - start + QUANTUM_MS * 4);
    }
    expect(before).toBeGreaterThan(600);
    expect(context().outputLatency + context().baseLatency).toBeGreaterThan(0);
    await ended();
    expect(ends(told)[0]).toMatchObject({ playedMs: 1500 });
  });

  test('a stop fades within 5 ms, without a click, and counts exactly what left', async () => {
    const { output, record, ended, sound, told } = await make();
    await record();
    output.enqueue(clip(new Float32Array(RATE_HZ).fill(0.5)));
    output.enqueue(clip(new Float32Array(RATE_HZ).fill(0.5)));
    await sleep(300);
    output.stop();
    await ended();
    const heard = await sound();
    const fade = heard.filter((sample) => sample < 0.5);
    expect(fade.length).toBeGreaterThan(100);
    expect(fade.length).toBeLessThanOrEqual(120);
    for (let i = 1; i < heard.length; i++) {
      expect(Math.abs((heard[i] as number) - (heard[i - 1] as number))).toBeLessThan(0.006);
    }
    const end = ends(told)[0] as { playedMs: number; stopped: boolean };
    expect(end.stopped).toBe(true);
    // The last sample of a fade is zero, which the recording does not show.
    expect(Math.abs((end.playedMs * RATE_HZ) / 1000 - heard.length)).toBeLessThanOrEqual(1);
  });

  test('what is queued after a stop is played, what came before is not', async () => {
    const { output, record, ended, sound, told } = await make();
    await record();
    output.enqueue(clip(new Float32Array(RATE_HZ).fill(0.5)));
    await sleep(200);
    output.stop();
    output.stop();
    const next = sine(0.3);
    output.enqueue(clip(next.slice()));
    await ended(2);
    expect(ends(told).map((event) => event.type === 'end' && event.stopped)).toEqual([true, false]);
    expect((await sound()).slice(-next.length)).toEqual([...next]);
  });

  test('a stop before anything left ends it too, and a stop of nothing says nothing', async () => {
    const { output, record, told, ended, sound } = await make();
    output.stop();
    output.enqueue(clip(sine(1)));
    output.stop();
    expect(told).toMatchObject([{ type: 'end', playedMs: 0, stopped: true }]);
    await record();
    output.stop();
    await sleep(50);
    expect(told).toHaveLength(1);
    output.enqueue(clip(sine(0.5, 48_000), 48_000));
    output.stop();
    await ended(2);
    expect((await sound()).length).toBeLessThanOrEqual(RATE_HZ * 0.3);
  });

  test('a stop ends also what a suspended context holds', async () => {
    const { output, record, context, ended, told } = await make();
    await record();
    output.enqueue(clip(sine(1)));
    await vi.waitFor(() => expect(told).toHaveLength(1));
    vi.spyOn(context(), 'resume').mockResolvedValue();
    await context().suspend();
    output.stop();
    await ended();
    expect(ends(told)[0]).toMatchObject({ stopped: true });
  });

  test('a queue that runs dry and goes on is an underrun, a pause between replies is not', async () => {
    const { output, record, ended } = await make();
    await record();
    output.enqueue(clip(sine(0.1)));
    await ended(1);
    output.enqueue(clip(sine(0.1)));
    await ended(2);
    expect(output.underruns).toBe(1);
    await sleep(1200);
    output.enqueue(clip(sine(0.1)));
    await ended(3);
    expect(output.underruns).toBe(1);
  });

  test('plays at the volume set, before it opens and while it plays, without a step', async () => {
    const { output, record, ended, sound } = await make();
    output.setVolume(0.5);
    await record();
    output.enqueue(clip(new Float32Array(RATE_HZ).fill(0.8)));
    await sleep(300);
    output.setVolume(0);
    await ended();
    const heard = await sound();
    expect(heard[0]).toBeCloseTo(0.4, 4);
    expect(Math.min(...heard)).toBeLessThan(0.001);
    for (let i = 1; i < heard.length; i++) {
      expect(Math.abs((heard[i] as number) - (heard[i - 1] as number))).toBeLessThan(0.01);
    }
  });

  test('what was queued before it opened is played after it', async () => {
    const { output, ended, told } = await make();
    output.enqueue(clip(sine(0.2)));
    await Promise.all([output.open(), output.open()]);
    await ended();
    expect(ends(told)[0]).toMatchObject({ playedMs: 200 });
  });

  test('a part of a larger buffer is played and the rest left to its owner', async () => {
    const { output, record, ended, sound } = await make();
    await record();
    const owner = sine(0.2);
    output.enqueue(clip(owner.subarray(100, 1100)));
    await ended();
    expect(await sound()).toEqual([...owner.subarray(100, 1100)]);
  });

  test('disposal in any state closes the context, twice is free, and what comes after is refused', async () => {
    const idle = (await make()).output;
    await idle.dispose();
    const { output: opening } = await make();
    const opened = codeOf(opening.open());
    await opening.dispose();
    expect(['disposed', 'not ours: undefined']).toContain(await opened);
    const { output: playing, record, context } = await make();
    await record();
    playing.enqueue(clip(sine(1)));
    await Promise.all([playing.dispose(), playing.dispose()]);
    expect(context().state).toBe('closed');
    expect(await codeOf(playing.open())).toBe('disposed');
    expect(() => idle.enqueue(clip(sine(0.1), 0))).toThrow(/disposed/);
    expect(() => playing.enqueue(clip(sine(0.1)))).toThrow(/disposed/);
    expect(playing.playedMs()).toBe(0);
  });

  test('a clip without a usable rate is refused and harms nothing', async () => {
    const { output, ended } = await make();
    await output.open();
    expect(() => output.enqueue(clip(sine(0.1), 0))).toThrow(/0 Hz/);
    output.enqueue(clip(sine(0.1)));
    await ended();
  });

  test('what is missing is told, and it can be opened afterwards', async () => {
    vi.stubGlobal('AudioWorkletNode', undefined);
    const { output } = await make();
    expect(await codeOf(output.open())).toBe('audio-unsupported');
    vi.unstubAllGlobals();
    await output.open();
    expect(output.sampleRateHz).toBe(RATE_HZ);
    const lost = (await make({ workletUrl: '/no-such-worklet.js' })).output;
    expect(await codeOf(lost.open())).toBe('worker-unavailable');
  });

  test('where the browser waits for a gesture, it says so, and in the end fails', async () => {
    vi.spyOn(AudioContext.prototype, 'state', 'get').mockReturnValue('suspended');
    const onBlocked = vi.fn();
    const { output } = await make({ onBlocked, gestureTimeoutMs: 800 });
    expect(await codeOf(output.open())).toBe('audio-blocked');
    expect(onBlocked).toHaveBeenCalledOnce();
  });
});
