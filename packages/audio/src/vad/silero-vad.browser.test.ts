import type { VoiceActivityDetector } from '@runanywhere/core';
import { describeVoiceActivityDetector } from '@runanywhere/core/testing';
import { HttpModelSource } from '@runanywhere/models';
import { describe, expect, test } from 'vitest';
import { readWav } from '../wav.ts';
import { OnnxSileroVad, SileroVad } from './index.ts';
import { soundsWithoutSpeech } from './testing/sounds.ts';

const source = new HttpModelSource({ baseUrl: '/models' });
const FILES = ['jfk.wav', 'amiable.wav', 'dashwood.wav', 'go-somewhere.wav', 'question.wav'];

async function recording(file: string): Promise<Float32Array> {
  const response = await fetch(`/tests/fixtures/speech/${file}`);
  return readWav(await response.arrayBuffer()).samples;
}

/** @returns the probability of each frame and how long one took. */
async function listen(vad: VoiceActivityDetector, samples: Float32Array) {
  vad.reset();
  const probabilities: number[] = [];
  const startMs = performance.now();
  for (let start = 0; start + vad.frameSamples <= samples.length; start += vad.frameSamples) {
    probabilities.push(await vad.process(samples.subarray(start, start + vad.frameSamples)));
  }
  return { probabilities, frameMs: (performance.now() - startMs) / probabilities.length };
}

describe('SileroVad in a browser', () => {
  describeVoiceActivityDetector(() => new SileroVad({ source }));

  test('is ready soon, is fast, and says what ONNX Runtime says', { timeout: 120_000 }, async () => {
    const startMs = performance.now();
    const ours = new SileroVad({ source });
    await ours.load();
    const readyMs = performance.now() - startMs;
    expect(ours.runtime).toEqual({ name: 'kernels', reason: 'preferred' });
    const theirs = new OnnxSileroVad({ source });
    await theirs.load();
    const onnxReadyMs = performance.now() - startMs - readyMs;

    const sounds = [...(await Promise.all(FILES.map(recording))), ...Object.values(soundsWithoutSpeech())];
    const frameMs: number[] = [];
    const onnxFrameMs: number[] = [];
    for (const samples of sounds) {
      const heard = await listen(ours, samples);
      const expected = await listen(theirs, samples);
      frameMs.push(heard.frameMs);
      onnxFrameMs.push(expected.frameMs);
      const differences = heard.probabilities.map((p, i) =>
        Math.abs(p - (expected.probabilities[i] as number)),
      );
      expect(Math.max(...differences)).toBeLessThan(1e-3);
    }
    const median = (values: number[]): number =>
      values.toSorted((a, b) => a - b)[values.length >> 1] as number;
    console.log(
      `ready in ${readyMs.toFixed(1)} ms, a frame takes ${median(frameMs).toFixed(3)} ms; ` +
        `ONNX Runtime ${onnxReadyMs.toFixed(0)} ms and ${median(onnxFrameMs).toFixed(3)} ms`,
    );
    expect(median(frameMs)).toBeLessThan(0.5 * median(onnxFrameMs));
    await Promise.all([ours.dispose(), theirs.dispose()]);
  });
});
