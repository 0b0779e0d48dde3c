import { readWav } from '@runanywhere/audio';
import { OnnxSileroVad, SileroVad } from '@runanywhere/audio/vad';
import type { VoiceActivityDetector } from '@runanywhere/core';
import { HttpModelSource } from '@runanywhere/models';
import { serveCalls } from './calls.ts';

const source = new HttpModelSource({ baseUrl: '/models/' });
const detectors = new Map<string, VoiceActivityDetector>();

async function load(which: 'ours' | 'ort'): Promise<number> {
  const startMs = performance.now();
  const detector = which === 'ours' ? new SileroVad({ source }) : new OnnxSileroVad({ source });
  await detector.load();
  await detector.process(new Float32Array(detector.frameSamples));
  if (detector instanceof SileroVad && detector.runtime?.name !== 'kernels')
    throw new Error(`ours runs on ${detector.runtime?.name}, as ${detector.runtime?.reason}`);
  detectors.set(which, detector);
  return performance.now() - startMs;
}

function framesOf(samples: Float32Array, size: number): Float32Array[] {
  return Array.from({ length: Math.floor(samples.length / size) }, (_, n) =>
    samples.slice(n * size, (n + 1) * size),
  );
}

async function soundOf(name: string): Promise<Float32Array> {
  if (name !== 'noise') return readWav(new Uint8Array(await (await fetch(name)).arrayBuffer())).samples;
  let state = 1;
  return Float32Array.from({ length: 5 * 16_000 }, (_, n) => {
    state = (state * 48_271) % 2_147_483_647;
    // From silence to hiss to hiss and hum, a step of loudness each second.
    return (
      (Math.floor(n / 16_000) / 20) * (state / 1_073_741_824 - 1 + Math.sin((2 * Math.PI * 50 * n) / 16_000))
    );
  });
}

function detectorOf(which: string): VoiceActivityDetector {
  const detector = detectors.get(which);
  if (!detector) throw new Error(`${which} is not loaded`);
  return detector;
}

async function probabilities(which: string, name: string): Promise<number[]> {
  const detector = detectorOf(which);
  detector.reset();
  const found: number[] = [];
  for (const frame of framesOf(await soundOf(name), detector.frameSamples))
    found.push(await detector.process(frame));
  return found;
}

/** Milliseconds of each hop over a recording. */
async function hops(which: string, name: string): Promise<number[]> {
  const detector = detectorOf(which);
  detector.reset();
  const durations: number[] = [];
  for (const frame of framesOf(await soundOf(name), detector.frameSamples)) {
    const startMs = performance.now();
    await detector.process(frame);
    durations.push(performance.now() - startMs);
  }
  return durations;
}

serveCalls({ load, probabilities, hops });
