import { describe, expect, test } from 'vitest';
import { loadLevel } from '../../testing/load-level.ts';
import { type FloatMemory, packLayer, placeFloats, placeZeros } from './layer.ts';
import { distanceFromFourier, spectrumTables } from './spectrum.ts';
import type { VadExports } from './vad-exports.ts';

// Against the same in plain JavaScript, with double precision.

let seed = 3;
function randomFloats(count: number, scale = 1): Float32Array {
  return Float32Array.from({ length: count }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return scale * (seed / 1_073_741_824 - 1);
  });
}
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const at = (values: Float32Array, i: number): number => values[i] as number;

function largestDifference(actual: Float32Array, expected: (i: number) => number): number {
  return actual.reduce((largest, value, i) => Math.max(largest, Math.abs(value - expected(i))), 0);
}

/** Cosines, then negative sines, under a periodic Hann window. */
function fourierBasis(size: number): Float32Array {
  const bins = size / 2 + 1;
  return Float32Array.from({ length: 2 * bins * size }, (_, i) => {
    const row = Math.floor(i / size);
    const n = i % size;
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size);
    const angle = (2 * Math.PI * (row % bins) * n) / size;
    return window * (row < bins ? Math.cos(angle) : -Math.sin(angle));
  });
}

describe.each(['simd', 'checked'] as const)('kernels for sound, %s build', async (level) => {
  const loaded = await loadLevel(level);
  const kernels: VadExports = loaded.exports;
  const memory: FloatMemory = loaded.memory;

  test.each([
    [1, 1, 16, false],
    [1, 256, 512, false],
    [2, 387, 128, true],
    [3, 7, 32, true],
    [4, 387, 48, true],
    [5, 64, 16, false],
  ])(
    'convolve: %i positions, a window of %i, %i channels, rectified: %s',
    (positions, window, channels, rectify) => {
      const stride = Math.ceil(window / 3);
      const x = randomFloats(stride * positions + window);
      const weights = randomFloats(channels * window);
      const bias = randomFloats(channels);
      const packed = new Float32Array(weights.length);
      packLayer(weights, channels, window, packed);
      const y = placeZeros(memory, positions * channels + 4);
      const places = [
        placeFloats(memory, x),
        placeFloats(memory, packed),
        placeFloats(memory, bias),
      ] as const;
      kernels.convolve(
        places[0],
        positions,
        stride,
        window,
        places[1],
        places[2],
        channels,
        rectify ? 1 : 0,
        y,
      );
      const actual = memory.floats(y, positions * channels + 4);
      const worst = largestDifference(actual.subarray(0, -4), (i) => {
        const channel = i % channels;
        const start = Math.floor(i / channels) * stride;
        let sum = at(bias, channel);
        for (let n = 0; n < window; n++) sum += at(weights, channel * window + n) * at(x, start + n);
        return rectify ? Math.max(0, sum) : sum;
      });
      expect(worst).toBeLessThan(5e-5);
      expect([...actual.subarray(-4)]).toEqual([0, 0, 0, 0]); // nothing is written behind the last output
    },
  );

  test.each([
    [4, 1, 4],
    [16, 3, 8],
    [256, 4, 128],
    [256, 6, 100],
    [512, 5, 128],
  ])('spectrumMagnitudes: %i samples, %i frames, %i from one to the next', (size, frames, hop) => {
    const bins = size / 2 + 1;
    const x = randomFloats(hop * (frames - 1) + size);
    const basis = fourierBasis(size);
    const y = placeZeros(memory, frames * bins + 4);
    const places = [placeFloats(memory, x), placeFloats(memory, spectrumTables(size))] as const;
    kernels.spectrumMagnitudes(places[0], frames, hop, size, places[1], placeZeros(memory, 4 * size), y);
    const actual = memory.floats(y, frames * bins + 4);
    const worst = largestDifference(actual.subarray(0, -4), (i) => {
      const start = Math.floor(i / bins) * hop;
      const part = (row: number): number => {
        let sum = 0;
        for (let n = 0; n < size; n++) sum += at(basis, row * size + n) * at(x, start + n);
        return sum;
      };
      return Math.hypot(part(i % bins), part(bins + (i % bins)));
    });
    expect(worst).toBeLessThan(2e-5);
    expect([...actual.subarray(-4)]).toEqual([0, 0, 0, 0]);
  });

  test('lstmStep, from gates that are all shut to gates that are wide open', () => {
    const units = 32;
    for (const scale of [0.1, 5, 200]) {
      const sums = randomFloats(4 * units, scale);
      const before = randomFloats(units);
      const cell = placeFloats(memory, before);
      const hidden = placeZeros(memory, units);
      kernels.lstmStep(placeFloats(memory, sums), units, cell, hidden);
      const after = (i: number): number =>
        sigmoid(at(sums, units + i)) * at(before, i) +
        sigmoid(at(sums, i)) * Math.tanh(at(sums, 2 * units + i));
      expect(largestDifference(memory.floats(cell, units), after)).toBeLessThan(1e-6);
      const said = (i: number): number => sigmoid(at(sums, 3 * units + i)) * Math.tanh(after(i));
      expect(largestDifference(memory.floats(hidden, units), said)).toBeLessThan(1e-6);
    }
  });

  test('logisticUnit', () => {
    for (const scale of [0.1, 1, 100]) {
      const x = randomFloats(128, scale);
      const weights = randomFloats(128);
      const sum = x.reduce((total, value, i) => total + Math.max(0, value) * at(weights, i), 0.25);
      const actual = kernels.logisticUnit(placeFloats(memory, x), placeFloats(memory, weights), 0.25, 128);
      expect(Math.abs(actual - sigmoid(sum))).toBeLessThan(1e-5);
    }
  });

  test('a transform is several times faster than its matrix', () => {
    const size = 256;
    const rows = 272; // 258, filled up to a multiple of 16
    const basis = fourierBasis(size);
    const packed = new Float32Array(rows * size);
    const matrix = new Float32Array(rows * size);
    matrix.set(basis);
    packLayer(matrix, rows, size, packed);
    const [x, weights, tables] = [randomFloats(640), packed, spectrumTables(size)].map((values) =>
      placeFloats(memory, values),
    ) as [number, number, number];
    const [bias, scratch, y] = [rows, 4 * size, 4 * rows].map((count) => placeZeros(memory, count)) as [
      number,
      number,
      number,
    ];
    // The best of several rounds: other work on the machine makes the rest slow.
    const timed = (work: () => void): number => {
      const rounds = Array.from({ length: 8 }, () => {
        const startMs = performance.now();
        for (let i = 0; i < 100; i++) work();
        return (performance.now() - startMs) / 100;
      });
      return Math.min(...rounds);
    };
    const matrixMs = timed(() => kernels.convolve(x, 4, 128, size, weights, bias, rows, 0, y));
    const transformMs = timed(() => kernels.spectrumMagnitudes(x, 4, 128, size, tables, scratch, y));
    console.log(`${level}: transform ${transformMs.toFixed(4)} ms, matrix ${matrixMs.toFixed(4)} ms`);
    expect(transformMs).toBeLessThan(matrixMs / 2);
  });
});

describe('distanceFromFourier', () => {
  test('is next to nothing for the basis itself, and tells another window, another sign and what is no number', () => {
    const basis = fourierBasis(64);
    expect(distanceFromFourier(basis, 64)).toBeLessThan(1e-7);
    expect(
      distanceFromFourier(
        basis.map((value) => value * 0.99),
        64,
      ),
    ).toBeGreaterThan(1e-3);
    expect(
      distanceFromFourier(
        basis.map((value, i) => (i < 33 * 64 ? value : -value)),
        64,
      ),
    ).toBeGreaterThan(0.1);
    expect(distanceFromFourier(basis.with(100, Number.NaN), 64)).toBe(Infinity);
  });
});
