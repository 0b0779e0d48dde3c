import { readFileSync } from 'node:fs';
import { describeVoiceActivityDetector } from '@runanywhere/core/testing';
import { ensureModel, FolderModelSource } from '@runanywhere/models/node';
import { ONNX_RUNTIME_ID } from '@runanywhere/onnx';
import { beforeAll, describe, expect, test } from 'vitest';
import { fixtureClip } from '../../../../tests/fixtures/speech/speech-fixtures.ts';
import { Segmenter, type SegmenterEvent } from '../segmenter.ts';
import { SileroVad } from './silero-vad.ts';

const FRAME_MS = 32;
const source = new FolderModelSource();

/** Made by testing/silero-reference.py with the native ONNX Runtime. */
const reference = JSON.parse(
  readFileSync(new URL('../../testing/fixtures/silero-v6-jfk.json', import.meta.url), 'utf8'),
) as { probabilities: number[] };

beforeAll(async () => {
  await ensureModel('silero-v6');
  await ensureModel(ONNX_RUNTIME_ID);
}, 300_000);

async function probabilitiesOf(vad: SileroVad, samples: Float32Array): Promise<number[]> {
  const frame = new Float32Array(vad.frameSamples);
  const probabilities: number[] = [];
  for (let start = 0; start + frame.length <= samples.length; start += frame.length) {
    // The same frame again and again, as the audio worker does it.
    frame.set(samples.subarray(start, start + frame.length));
    probabilities.push(await vad.process(frame));
  }
  return probabilities;
}

describeVoiceActivityDetector(() => new SileroVad({ source }));

describe('SileroVad', () => {
  let vad: SileroVad;
  beforeAll(async () => {
    vad = new SileroVad({ source });
    await vad.load();
    return () => vad.dispose();
  });

  test('says what the native runtime says, frame by frame', async () => {
    vad.reset();
    const probabilities = await probabilitiesOf(vad, fixtureClip('jfk.wav').samples);
    expect(probabilities.length).toBe(reference.probabilities.length);
    const differences = probabilities.map((p, i) => Math.abs(p - (reference.probabilities[i] as number)));
    expect(Math.max(...differences)).toBeLessThan(1e-4);
  });

  test('the second time through, a reset having come in between, it says the same', async () => {
    const samples = fixtureClip('amiable.wav').samples;
    vad.reset();
    const first = await probabilitiesOf(vad, samples);
    vad.reset();
    expect(await probabilitiesOf(vad, samples)).toEqual(first);
  });

  // Kennedy pauses for 1.5 and 1.1 s: his sentence is one utterance only to those who wait that long.
  test.each([
    ['jfk.wav', 600, 3],
    ['jfk.wav', 1600, 1],
    ['amiable.wav', 600, 1],
    ['dashwood.wav', 600, 1],
    ['go-somewhere.wav', 600, 1],
  ])(
    'hears the speech in %s, which with a redemption of %i ms is in %i pieces',
    async (file, redemptionMs, utterances) => {
      const { samples } = fixtureClip(file);
      vad.reset();
      const probabilities = await probabilitiesOf(vad, samples);
      const segmenter = new Segmenter({ redemptionMs });
      const events: SegmenterEvent[] = probabilities.flatMap((probability, i) => [
        ...segmenter.push(probability, { startMs: i * FRAME_MS, durationMs: FRAME_MS }),
      ]);
      events.push(...segmenter.flush());
      const ends = events.filter((event) => event.type === 'speech-end');
      expect(ends).toHaveLength(utterances);
      // Frames that are called speech are louder than those that are not, by a lot.
      const energy = (wanted: boolean): number => {
        const frames = probabilities.flatMap((p, i) =>
          p >= 0.5 === wanted ? [samples.subarray(i * 512, (i + 1) * 512)] : [],
        );
        const squares = frames.flatMap((frame) => [...frame]).map((sample) => sample * sample);
        return squares.reduce((sum, square) => sum + square, 0) / Math.max(1, squares.length);
      };
      expect(energy(true)).toBeGreaterThan(4 * energy(false));
    },
  );

  test('hears no speech in silence, hiss and hum', async () => {
    const second = 16_000;
    let noise = 1;
    const hiss = Float32Array.from({ length: 3 * second }, () => {
      noise = (noise * 48_271) % 2_147_483_647;
      return 0.02 * (noise / 1_073_741_824 - 1);
    });
    const hum = hiss.map((_, i) => 0.1 * Math.sin((2 * Math.PI * 50 * i) / second));
    for (const sound of [new Float32Array(3 * second), hiss, hum]) {
      vad.reset();
      const probabilities = await probabilitiesOf(vad, sound);
      // The first frames after a cut into sound may look like anything.
      expect(Math.max(...probabilities.slice(10))).toBeLessThan(0.5);
    }
  });
});
