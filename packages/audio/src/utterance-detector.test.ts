import { isRunAnywhereError, RunAnywhereError } from '@runanywhere/core';
import { ScriptedVoiceActivityDetector, settle } from '@runanywhere/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  UtteranceDetector,
  type UtteranceDetectorEvents,
  type UtteranceDetectorOptions,
} from './utterance-detector.ts';

const MARK_SAMPLES = 512; // 32 ms at 16 kHz
const START_MS = 10_000;

type Told = {
  [Name in keyof UtteranceDetectorEvents]: { name: Name } & UtteranceDetectorEvents[Name];
}[keyof UtteranceDetectorEvents];

/** A detector that takes loudness for speech, with everything that it tells except levels. */
async function make(options: Partial<UtteranceDetectorOptions> = {}) {
  const vad = new ScriptedVoiceActivityDetector();
  await vad.load();
  const detector = new UtteranceDetector({ vad, ...options });
  const told: Told[] = [];
  const names: (keyof UtteranceDetectorEvents)[] = [
    'speech-start',
    'speech-confirmed',
    'speech-misfire',
    'speech-end',
    'speech-lost',
    'digital-silence',
    'error',
  ];
  for (const name of names) {
    detector.events.on(name, (event) => {
      // An error is told as it is: its facts do not spread.
      told.push((event instanceof Error ? { name, error: event } : { name, ...event }) as unknown as Told);
    });
  }
  const ends = () => told.filter((event) => event.name === 'speech-end');
  return { vad, detector, told, ends, names: () => told.map(({ name }) => name.replace('speech-', '')) };
}

/** Draws sound as text, in steps of 16-bit audio: `#` loud, `.` faint, each sample different from its neighbours. */
function draw(drawing: string): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: drawing.length * MARK_SAMPLES }, (_, i) => {
    const loud = drawing[Math.floor(i / MARK_SAMPLES)] === '#';
    const step = (i * 7919) % 1000;
    return (loud ? 24_000 + step : 1 + (step % 100)) / 32_768;
  });
}

function pushAll(
  detector: UtteranceDetector,
  samples: Float32Array,
  batchSamples = 700,
  startMs = START_MS,
): void {
  for (let start = 0; start < samples.length; start += batchSamples) {
    detector.push(samples.subarray(start, start + batchSamples), {
      sampleRateHz: 16_000,
      startMs: startMs + start / 16,
    });
  }
}

const SILENCE = '.'.repeat(24);

describe('UtteranceDetector', () => {
  test('tells of an utterance as it unfolds, with its sound and its times', async () => {
    const { detector, told, names, ends } = await make();
    const samples = draw(`${'.'.repeat(20)}##########${SILENCE}`);
    detector.start();
    pushAll(detector, samples);
    await detector.flush();
    expect(names()).toEqual(['start', 'confirmed', 'end']);
    const startMs = START_MS + 20 * 32;
    expect(told[0]).toMatchObject({ atMs: startMs });
    const end = ends()[0];
    expect(end).toMatchObject({
      lastSpeechMs: startMs + 320,
      reason: 'silence',
      clip: { sampleRateHz: 16_000, startMs: startMs - 400 },
    });
    expect(end?.clip.samples).toEqual(samples.subarray((640 - 400) * 16, (640 + 320 + 300) * 16));
  });

  test('what comes before the detector has loaded waits for it, in order', async () => {
    const { detector, names, ends } = await make();
    const samples = draw(`....########${SILENCE}........########${SILENCE}`);
    pushAll(detector, samples);
    await settle();
    expect(names()).toEqual([]);
    detector.start();
    await detector.flush();
    expect(names()).toEqual(['start', 'confirmed', 'end', 'start', 'confirmed', 'end']);
    expect(ends()[0]?.clip.samples).toEqual(samples.subarray(0, (12 * 32 + 300) * 16));
  });

  test('waits no longer than it may, and says what it dropped', async () => {
    const { detector, told, ends } = await make({ maxBacklogMs: 10_000 });
    const samples = draw(`########${'.'.repeat(500)}########${SILENCE}`);
    pushAll(detector, samples);
    const lostMs = told.reduce((sum, event) => sum + (event.name === 'speech-lost' ? event.lostMs : 0), 0);
    expect(samples.length / 16 - lostMs).toBeGreaterThanOrEqual(10_000);
    expect(samples.length / 16 - lostMs).toBeLessThan(11_001);
    detector.start();
    await detector.flush();
    // The utterance that was kept is the later one, at its own time.
    expect(ends()).toHaveLength(1);
    const lastSpeechMs = START_MS + (8 + 500 + 8) * 32;
    expect(Math.abs((ends()[0]?.lastSpeechMs ?? 0) - lastSpeechMs)).toBeLessThanOrEqual(32);
  });

  test('a flush ends what is in progress, at the very last sample', async () => {
    const { detector, ends } = await make();
    const samples = draw('############').subarray(0, 12 * MARK_SAMPLES - 100);
    detector.start();
    pushAll(detector, samples);
    await detector.flush();
    expect(ends()[0]).toMatchObject({ reason: 'flush' });
    expect(ends()[0]?.clip.samples).toEqual(samples);
  });

  test('after a flush it goes on', async () => {
    const { detector, names } = await make();
    detector.start();
    pushAll(detector, draw('##########'));
    await detector.flush();
    pushAll(detector, draw(`...##########${SILENCE}`), 700, 60_000);
    await detector.flush();
    expect(names()).toEqual(['start', 'confirmed', 'end', 'start', 'confirmed', 'end']);
  });

  test('a cough is told as a misfire', async () => {
    const { detector, names } = await make();
    detector.start();
    pushAll(detector, draw(`...##${SILENCE}`));
    await detector.flush();
    expect(names()).toEqual(['start', 'misfire']);
  });

  test('an endless utterance comes in pieces that join without a seam', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 150, max: 400 }),
        fc.boolean(),
        async (batchSamples, marks, startFirst) => {
          const segmenter = { maxUtteranceMs: 2000, cutSearchMs: 500, preSpeechPadMs: 0 };
          const { detector, ends } = await make({ segmenter });
          const samples = draw('#'.repeat(marks)).subarray(0, marks * MARK_SAMPLES - 37);
          if (startFirst) detector.start();
          pushAll(detector, samples, batchSamples);
          detector.start();
          await detector.flush();
          const clips = ends().map(({ clip }) => clip.samples);
          expect(clips.length).toBeGreaterThan(2);
          const joined = new Float32Array(samples.length);
          let length = 0;
          for (const clip of clips) {
            joined.set(clip, length);
            length += clip.length;
          }
          expect(length).toBe(samples.length);
          // Bytes compare far faster than numbers one by one.
          expect(Buffer.compare(Buffer.from(joined.buffer), Buffer.from(samples.slice().buffer))).toBe(0);
        },
      ),
      { numRuns: 25 },
    );
  });

  test.each([8000, 44_100, 48_000, 96_000])(
    'takes sound of %i Hz and keeps its times',
    async (sampleRateHz) => {
      const { detector, told, ends } = await make();
      detector.start();
      const samples = Float32Array.from({ length: 3 * sampleRateHz }, (_, i) => {
        const speaking = i >= sampleRateHz && i < 2 * sampleRateHz;
        return (speaking ? 0.8 : 0.01) * Math.sin((2 * Math.PI * 300 * i) / sampleRateHz);
      });
      for (let start = 0; start < samples.length; start += 512) {
        const startMs = START_MS + (start * 1000) / sampleRateHz;
        detector.push(samples.subarray(start, start + 512), { sampleRateHz, startMs });
      }
      await detector.flush();
      expect(told[0]?.name).toBe('speech-start');
      expect(Math.abs((told[0] as { atMs: number }).atMs - (START_MS + 1000))).toBeLessThanOrEqual(32);
      expect(Math.abs((ends()[0]?.lastSpeechMs ?? 0) - (START_MS + 2000))).toBeLessThanOrEqual(32);
    },
  );

  test('a device that changes its rate in the middle of a word loses none of it', async () => {
    const { detector, ends } = await make();
    detector.start();
    const speech = (rate: number) =>
      Float32Array.from({ length: rate / 2 }, (_, i) => 0.8 * Math.sin((2 * Math.PI * 300 * i) / rate));
    detector.push(speech(48_000), { sampleRateHz: 48_000, startMs: START_MS });
    detector.push(speech(16_000), { sampleRateHz: 16_000, startMs: START_MS + 500 });
    await detector.flush();
    expect(ends()).toHaveLength(1);
    expect(ends()[0]?.clip.samples.length).toBe(16_000);
  });

  test('measures loudness about twenty times a second', async () => {
    const { detector } = await make();
    const levels: UtteranceDetectorEvents['level'][] = [];
    detector.events.on('level', (level) => levels.push(level));
    pushAll(detector, new Float32Array(32_000).fill(0.5));
    expect(levels).toHaveLength(40);
    expect(levels[1]).toEqual({ atMs: START_MS + 100, rms: 0.5 });
  });

  test('notices digital silence once, and not mere quiet', async () => {
    const { detector, told } = await make({ silenceNoticeMs: 1000 });
    pushAll(detector, draw('.'.repeat(60)));
    expect(told).toEqual([]);
    pushAll(detector, new Float32Array(48_000));
    expect(told.map(({ name }) => name)).toEqual(['digital-silence']);
  });

  test('passes on what the capturing side lost', async () => {
    const { detector, told } = await make();
    detector.reportLoss(120);
    expect(told).toEqual([{ name: 'speech-lost', lostMs: 120 }]);
  });

  test('a detector that fails is an error, and hearing goes on after a new start', async () => {
    const { vad, detector, told, names } = await make();
    const process = vad.process.bind(vad);
    vad.process = () =>
      Promise.reject(new RunAnywhereError('engine-failed', { engine: 'vad', reason: 'test' }));
    detector.start();
    pushAll(detector, draw('....'));
    await settle();
    expect(names()).toEqual(['error']);
    expect(isRunAnywhereError((told[0] as unknown as { error: unknown }).error, 'engine-failed')).toBe(true);
    vad.process = process;
    pushAll(detector, draw(`....########${SILENCE}`));
    detector.start();
    await detector.flush();
    expect(names()).toEqual(['error', 'start', 'confirmed', 'end']);
  });

  test('a detector slower than real time loses nothing while there is room', async () => {
    const { vad, detector, ends } = await make();
    const process = vad.process.bind(vad);
    vad.process = async (frame) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return process(frame);
    };
    const samples = draw(`##########${SILENCE}`.repeat(3));
    detector.start();
    pushAll(detector, samples);
    await detector.flush();
    expect(ends()).toHaveLength(3);
  });

  test('disposal settles who waits and tells nothing any more', async () => {
    const { detector, told } = await make();
    pushAll(detector, draw('##########'));
    const flushed = detector.flush();
    detector.dispose();
    await flushed;
    detector.start();
    await settle();
    expect(told).toEqual([]);
  });

  test('refuses a detector of another rate by name', async () => {
    const { vad } = await make();
    const other = Object.create(vad, { sampleRateHz: { value: 8000 } });
    expect(() => new UtteranceDetector({ vad: other })).toThrow(/vad/);
  });
});
