import { expect, test } from 'vitest';
import { Bench } from '../../testing/kernels/bench.ts';
import { describeKernels } from '../../testing/kernels/describe-kernels.ts';
import { randomRow, type TypeName } from '../../testing/kernels/ggml-blocks.ts';
import { Random } from '../../testing/kernels/random.ts';
import { bestKernelLevel } from './load-kernels.ts';

describeKernels('relaxed');

test('Chromium has relaxed SIMD', () => {
  expect(bestKernelLevel()).toBe('relaxed');
});

/** A row whose half floats are powers of two, so that floats hold every product and sum exactly. */
function exactRow(type: TypeName, columns: number, random: Random): Uint8Array {
  const row = randomRow(type, columns, random);
  const view = new DataView(row.buffer);
  const places = { Q4_0: [0], Q4_1: [0, 2], Q8_0: [0], Q4_K: [0, 2], Q6_K: [208] }[type as 'Q4_0'];
  const bytes = { Q4_0: 18, Q4_1: 20, Q8_0: 34, Q4_K: 144, Q6_K: 210 }[type as 'Q4_0'];
  const one = 0x3c00;
  for (let at = 0; at < row.length; at += bytes)
    for (const place of places) view.setUint16(at + place, one, true);
  // Scales of 8 bits would take the sums beyond 24 bits.
  if (type === 'Q6_K')
    for (let at = 0; at < row.length; at += bytes)
      for (let i = 192; i < 208; i++) view.setInt8(at + i, 1 - 2 * (i % 2));
  return row;
}

test.each(['Q4_0', 'Q4_1', 'Q8_0', 'Q4_K', 'Q6_K'] as const)(
  '%s: integers come out of both builds bit for bit the same',
  async (type) => {
    const columns = 512;
    const results: Float32Array[] = [];
    for (const level of ['relaxed', 'simd'] as const) {
      const bench = await Bench.open(level);
      const random = new Random(7);
      const rows = Array.from({ length: 8 }, () => exactRow(type, columns, random));
      // Whole numbers, the largest of each block ±127: they are their own quantisation.
      const x = Float32Array.from({ length: 7 * columns }, (_, i) =>
        i % 32 === 5 ? (i % 64 === 5 ? 127 : -127) : random.integer(-127, 127),
      );
      results.push(bench.multiply(bench.pack(type, rows, columns), x, columns));
    }
    expect(results[0]).toEqual(results[1]);
    expect(results[0]?.every(Number.isInteger)).toBe(true);
  },
);
