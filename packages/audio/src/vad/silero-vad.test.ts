import { readFileSync } from 'node:fs';
import type { ModelSource, VoiceActivityDetector } from '@runanywhere/core';
import { describeVoiceActivityDetector, MemoryModelSource } from '@runanywhere/core/testing';
import { ensureModel, FolderModelSource } from '@runanywhere/models/node';
import { ONNX_RUNTIME_ID, ONNX_RUNTIME_WASM } from '@runanywhere/onnx';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { fixtureClip, speechFixtures } from '../../../../tests/fixtures/speech/speech-fixtures.ts';
import { Segmenter, type SegmenterEvent } from '../segmenter.ts';
import { OnnxSileroVad, SileroVad } from './index.ts';
import { soundsWithoutSpeech } from './testing/sounds.ts';

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

async function probabilitiesOf(vad: VoiceActivityDetector, samples: Float32Array): Promise<number[]> {
  const frame = new Float32Array(vad.frameSamples);
  const probabilities: number[] = [];
  for (let start = 0; start + frame.length <= samples.length; start += frame.length) {
    // The same frame again and again, as the audio worker does it.
    frame.set(samples.subarray(start, start + frame.length));
    probabilities.push(await vad.process(frame));
  }
  return probabilities;
}

describe('SileroVad', () => describeVoiceActivityDetector(() => new SileroVad({ source })));
describe('OnnxSileroVad', () => describeVoiceActivityDetector(() => new OnnxSileroVad({ source })));

describe('SileroVad beside OnnxSileroVad', () => {
  let kernels: SileroVad;
  let onnx: OnnxSileroVad;
  beforeAll(async () => {
    kernels = new SileroVad({ source });
    onnx = new OnnxSileroVad({ source });
    const startMs = performance.now();
    await kernels.load();
    const kernelsMs = performance.now() - startMs;
    await onnx.load();
    const onnxMs = performance.now() - startMs - kernelsMs;
    console.log(`ready in ${kernelsMs.toFixed(1)} ms, ONNX Runtime in ${onnxMs.toFixed(0)} ms`);
    return () => Promise.all([kernels.dispose(), onnx.dispose()]);
  });

  const sounds: [string, Float32Array][] = [
    ...speechFixtures.map(({ file }): [string, Float32Array] => [file, fixtureClip(file).samples]),
    ...Object.entries(soundsWithoutSpeech()),
  ];
  test.each(sounds)('says the same of %s', async (_name, samples) => {
    kernels.reset();
    onnx.reset();
    const ours = await probabilitiesOf(kernels, samples);
    const theirs = await probabilitiesOf(onnx, samples);
    expect(ours.length).toBeGreaterThan(20);
    const differences = ours.map((probability, i) => Math.abs(probability - (theirs[i] as number)));
    expect(Math.max(...differences)).toBeLessThan(1e-3);
  });

  test('takes less than half as long for a frame', async () => {
    const { samples } = fixtureClip('jfk.wav');
    // The median of the frames: a process that takes the core for a while makes some of them slow.
    const timed = async (vad: VoiceActivityDetector): Promise<number> => {
      const durations: number[] = [];
      for (let start = 0; start + 512 <= samples.length; start += 512) {
        const frame = samples.subarray(start, start + 512);
        const startMs = performance.now();
        await vad.process(frame);
        durations.push(performance.now() - startMs);
      }
      return durations.sort((a, b) => a - b)[durations.length >> 1] as number;
    };
    await timed(kernels);
    const frameMs = await timed(kernels);
    const onnxMs = await timed(onnx);
    console.log(`a frame: ${frameMs.toFixed(3)} ms, ONNX Runtime ${onnxMs.toFixed(3)} ms`);
    expect(frameMs).toBeLessThan(0.5 * onnxMs);
  });
});

describe('the choice of SileroVad', () => {
  const blobOf = async (file: string): Promise<Blob> => source.open('silero-v6', file);
  const runtimeFiles = async (): Promise<Record<string, Blob>> => ({
    [ONNX_RUNTIME_WASM]: await source.open(ONNX_RUNTIME_ID, ONNX_RUNTIME_WASM),
  });

  test('is the kernels, which ask for their weights and nothing else', async () => {
    const opened: string[] = [];
    const spy: ModelSource = {
      open: (modelId, file, options) => {
        opened.push(`${modelId}/${file}`);
        return source.open(modelId, file, options);
      },
      urlOf: () => undefined,
    };
    const vad = new SileroVad({ source: spy });
    expect(vad.runtime).toBeUndefined();
    await vad.load();
    expect(vad.runtime).toEqual({ name: 'kernels', reason: 'preferred' });
    expect(opened).toEqual(['silero-v6/silero_vad_16k_op15.onnx']);
    await vad.dispose();
  });

  test('is ONNX Runtime where the weights are missing, and it says the same', async () => {
    const vad = new SileroVad({
      source: new MemoryModelSource({
        'silero-v6': { 'silero_vad_v6.onnx': await blobOf('silero_vad_v6.onnx') },
        [ONNX_RUNTIME_ID]: await runtimeFiles(),
      }),
    });
    await vad.load();
    expect(vad.runtime).toEqual({ name: 'onnx', reason: 'weights-missing' });
    const probabilities = await probabilitiesOf(vad, fixtureClip('amiable.wav').samples);
    vad.reset();
    expect(await probabilitiesOf(vad, fixtureClip('amiable.wav').samples)).toEqual(probabilities);
    expect(Math.max(...probabilities)).toBeGreaterThan(0.9);
    await vad.dispose();
  });

  test('is ONNX Runtime where there is no SIMD', async () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValueOnce(false);
    const vad = new SileroVad({ source });
    await vad.load();
    vi.restoreAllMocks();
    expect(vad.runtime).toEqual({ name: 'onnx', reason: 'simd-missing' });
    await vad.dispose();
  });

  test('is an error where the weights are damaged: what fails its check is not worked around', async () => {
    const whole = await blobOf('silero_vad_16k_op15.onnx');
    const vad = new SileroVad({
      source: new MemoryModelSource({
        'silero-v6': {
          'silero_vad_16k_op15.onnx': whole.slice(0, 1_000_000),
          'silero_vad_v6.onnx': await blobOf('silero_vad_v6.onnx'),
        },
      }),
    });
    await expect(vad.load()).rejects.toMatchObject({ code: 'model-invalid' });
    await vad.dispose();
  });
});

describe('SileroVad on recordings', () => {
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
    const { silence, hiss, hum } = soundsWithoutSpeech();
    for (const sound of [silence, hiss, hum]) {
      vad.reset();
      const probabilities = await probabilitiesOf(vad, sound);
      // The first frames after a cut into sound may look like anything.
      expect(Math.max(...probabilities.slice(10))).toBeLessThan(0.5);
    }
  });
});
