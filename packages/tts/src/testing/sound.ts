import { Fft } from '../neural-voice/fft.ts';

/** How far a sound is from the one it should be: the power of the difference below that of the sound, in decibels. */
export function signalToNoiseDb(wanted: Float32Array, actual: Float32Array): number {
  if (wanted.length !== actual.length) return Number.NEGATIVE_INFINITY;
  let [power, error] = [0, 0];
  wanted.forEach((sample, index) => {
    power += sample ** 2;
    error += (sample - (actual[index] ?? 0)) ** 2;
  });
  return 10 * Math.log10(power / error);
}

/** Levels in decibels of 24 bands of 500 Hz, every 50 ms; below `floorDb` everything counts as silence. */
export function bandLevels(samples: Float32Array, floorDb: number): number[] {
  const length = 1200;
  const fft = new Fft(length);
  const levels: number[] = [];
  for (let start = 0; start + length <= samples.length; start += length) {
    const re = Float64Array.from(samples.subarray(start, start + length));
    const im = new Float64Array(length);
    fft.forward(re, im);
    for (let band = 0; band < 24; band += 1) {
      let power = 0;
      for (let bin = band * 25; bin < band * 25 + 25; bin += 1) {
        power += ((re[bin] ?? 0) ** 2 + (im[bin] ?? 0) ** 2) / length ** 2;
      }
      levels.push(Math.max(floorDb, 10 * Math.log10(power)));
    }
  }
  return levels;
}

/** The mean of the distances between two lists of levels. */
export function meanDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, level, index) => sum + Math.abs(level - (b[index] ?? 0)), 0) / a.length;
}

/** The samples of a WAV file with a plain 44-byte header and 16 bits a sample. */
export function plainWavSamples(file: Uint8Array): Float32Array {
  const pcm = new Int16Array(file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.byteLength));
  return Float32Array.from(pcm, (sample) => sample / 32_767);
}
