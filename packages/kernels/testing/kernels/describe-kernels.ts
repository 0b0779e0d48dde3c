import { beforeEach, describe, expect, test } from 'vitest';
import type { KernelLevel } from '../../src/wasm/load-kernels.ts';
import { Bench } from './bench.ts';
import { blockColumns, dequantized, TYPES, type TypeName } from './ggml-blocks.ts';
import { absoluteDot, attended, dot, erf, quantizedAndBack } from './reference.ts';

const TYPE_NAMES = Object.keys(TYPES) as TypeName[];
const QUANTIZED: readonly TypeName[] = ['Q4_0', 'Q4_1', 'Q8_0', 'Q4_K', 'Q6_K'];

/** Every kernel of a build against plain arithmetic in doubles. */
export function describeKernels(level: KernelLevel): void {
  describe(`${level} kernels`, () => {
    let bench: Bench;
    beforeEach(async () => {
      bench = await Bench.open(level);
    });

    test.each(TYPE_NAMES)('%s weights are packed without loss', (type) => {
      for (const columns of [blockColumns(type), 256, 768].map((n) => Math.max(32, n))) {
        const rows = bench.randomRows(type, 6, columns);
        const { format, matrix } = bench.pack(type, rows, columns);
        const out = bench.room(columns);
        for (let row = 0; row < 8; row++) {
          bench.kernels.exports.unpackRow(format, matrix, row, columns, out);
          const given = rows[row];
          const expected = given ? dequantized(type, given, columns) : new Float64Array(columns);
          expectNear(bench.take(out, columns), expected, 2e-7 * largestOf(expected));
        }
      }
    });

    test('a type that no kernel knows has no format', () => {
      expect(bench.kernels.exports.packedFormat(10)).toBe(0);
      expect(bench.kernels.exports.packedGroupBytes(0, 256)).toBe(0);
    });

    test.each(TYPE_NAMES)('%s: products with 1 to 64 rows', (type) => {
      const shapes = [
        [1, 1, 256],
        [3, 2, 512],
        [5, 3, 256],
        [7, 2, 1536],
        [64, 2, 256],
        ...(blockColumns(type) < 256 ? [[4, 5, 32] as const, [6, 1, 96] as const] : []),
      ] as const;
      for (const [rows, groups, columns] of shapes) {
        const weights = bench.randomRows(type, groups * 4, columns);
        const packed = bench.pack(type, weights, columns);
        const x = bench.random.floats(rows * columns);
        const y = bench.multiply(packed, x, columns);
        for (let row = 0; row < rows; row++) {
          const given = x.subarray(row * columns, (row + 1) * columns);
          const operand = QUANTIZED.includes(type) ? quantizedAndBack(given) : given;
          weights.forEach((bytes, n) => {
            const w = dequantized(type, bytes, columns);
            const error = Math.abs((y[row * groups * 4 + n] ?? Number.NaN) - dot(w, operand));
            expect(error).toBeLessThanOrEqual(2e-6 * absoluteDot(w, operand) + 1e-30);
          });
        }
      }
    });

    test.each(TYPE_NAMES)('%s: a row has the same product alone and among others', (type) => {
      const columns = 256;
      const packed = bench.pack(type, bench.randomRows(type, 8, columns), columns);
      const x = bench.random.floats(7 * columns);
      const together = bench.multiply(packed, x, columns);
      for (let row = 0; row < 7; row++) {
        const alone = bench.multiply(packed, x.subarray(row * columns, (row + 1) * columns), columns);
        expect(together.slice(row * 8, row * 8 + 8)).toEqual(alone);
      }
    });

    test.each(TYPE_NAMES)('%s: products are added to what is there', (type) => {
      const packed = bench.pack(type, bench.randomRows(type, 4, 256), 256);
      const x = bench.random.floats(5 * 256);
      const onto = bench.random.floats(5 * 4);
      const plain = bench.multiply(packed, x, 256);
      expect(bench.multiply(packed, x, 256, onto)).toEqual(plain.map((value, i) => value + (onto[i] ?? 0)));
    });

    test('activations of nothing but zeros give zeros, or the sum of nothing', () => {
      const packed = bench.pack('Q4_1', bench.randomRows('Q4_1', 4, 64), 64);
      expect([...bench.multiply(packed, new Float32Array(64), 64)].map(Math.abs)).toEqual([0, 0, 0, 0]);
    });

    test('norms of rows and of heads', () => {
      const { exports } = bench.kernels;
      // So small that the epsilon counts.
      const x = bench.random.floats(3 * 96).map((value) => value * 0.003);
      const weight = bench.random.floats(96);
      const out = bench.room(3 * 96);
      exports.rmsNorm(bench.put(x), bench.put(weight), 3, 96, 1e-5, out);
      expectNear(bench.take(out, 3 * 96), normed(x, weight, 96), 1e-5);

      // Two heads of 32 in rows of 96: what lies behind them stays.
      const place = bench.put(x);
      const headWeight = weight.subarray(0, 32);
      exports.rmsNormHeads(place, bench.put(headWeight), 3, 96, 2, 32, 1e-5);
      const heads = normed(x, headWeight, 32).map((value, i) => (i % 96 < 64 ? value : (x[i] ?? 0)));
      expectNear(bench.take(place, 3 * 96), heads, 1e-5);
    });

    test('a bias is added to the columns it has', () => {
      const x = bench.random.floats(3 * 48);
      const bias = bench.random.floats(32);
      const place = bench.put(x);
      bench.kernels.exports.addBias(place, bench.put(bias), 3, 48, 32);
      const expected = x.map((value, i) => (i % 48 < 32 ? value + (bias[i % 48] ?? 0) : value));
      expect(bench.take(place, 3 * 48)).toEqual(expected);
    });

    test.each([16, 64, 128])('rotary positions turn heads of %i', (size) => {
      const [rows, heads] = [3, 2];
      const stride = heads * size + 32;
      const x = bench.random.floats(rows * stride);
      const angles = bench.random.floats((rows * size) / 2);
      const table = new Float32Array(rows * size);
      const half = size / 2;
      angles.forEach((angle, i) => {
        const at = Math.floor(i / half) * size + (i % half);
        table[at] = Math.cos(angle);
        table[at + half] = Math.sin(angle);
      });
      const place = bench.put(x);
      bench.kernels.exports.rotary(place, rows, stride, heads, size, bench.put(table));
      const expected = Float64Array.from(x);
      for (let row = 0; row < rows; row++)
        for (let head = 0; head < heads; head++)
          for (let i = 0; i < half; i++) {
            const at = row * stride + head * size + i;
            const [a = 0, b = 0] = [x[at], x[at + half]];
            const angle = angles[row * half + i] ?? 0;
            expected[at] = a * Math.cos(angle) - b * Math.sin(angle);
            expected[at + half] = b * Math.cos(angle) + a * Math.sin(angle);
          }
      expectNear(bench.take(place, rows * stride), expected, 1e-6);
    });

    test.each([
      { headSize: 16, group: 1, kvHeads: 2, position: 0, rows: 1 },
      { headSize: 16, group: 3, kvHeads: 1, position: 0, rows: 7 },
      { headSize: 64, group: 3, kvHeads: 3, position: 21, rows: 5 },
      { headSize: 64, group: 1, kvHeads: 2, position: 9, rows: 3 },
      { headSize: 128, group: 4, kvHeads: 2, position: 12, rows: 2 },
      { headSize: 64, group: 7, kvHeads: 2, position: 30, rows: 1 },
    ])('attention of $rows rows at $position, $kvHeads × $group heads of $headSize', (shape) => {
      const { headSize, group, kvHeads, position, rows } = shape;
      const { exports } = bench.kernels;
      const capacity = position + rows + 2;
      const stored = kvHeads * headSize;
      const queries = group * stored;
      const stride = queries + 2 * stored;
      const scale = 1 / Math.sqrt(headSize);
      const past = bench.random.floats((position + rows) * stride);
      const places = kvHeads * capacity;
      const floats = { keys: bench.room(places * headSize), values: bench.room(places * headSize) };
      const bytes = { keys: bench.room(places * headSize), values: bench.room(places * headSize) };
      const scales = { keys: bench.room(places), values: bench.room(places) };
      const x = bench.put(past);
      for (const [name, offset] of [
        ['keys', queries],
        ['values', queries + stored],
      ] as const) {
        // In two parts, as chunks of a prompt come.
        for (const [from, count] of [
          [0, position],
          [position, rows],
        ] as const) {
          const at = x + (from * stride + offset) * 4;
          exports.storeHeads(at, count, stride, kvHeads, headSize, floats[name], capacity, from);
          exports.storeHeads8(
            at,
            count,
            stride,
            kvHeads,
            headSize,
            bytes[name],
            scales[name],
            capacity,
            from,
          );
        }
      }
      const scores = bench.room(4 * (capacity + 4));
      const guard = bench.put(Float32Array.of(7, 7, 7, 7));
      const out = bench.room(rows * (queries + 16));
      const first = x + position * stride * 4;
      exports.attention(
        ...[
          first,
          stride,
          rows,
          position,
          floats.keys,
          floats.values,
          capacity,
          kvHeads,
          group,
          headSize,
          scale,
        ],
        ...([scores, out, queries + 16] as const),
      );
      const cells = (offset: number, head: number): Float64Array[] =>
        Array.from({ length: position + rows }, (_, t) => {
          const at = t * stride + offset + head * headSize;
          return Float64Array.from(past.subarray(at, at + headSize));
        });
      const check = (
        keysOf: (head: number) => Float64Array[],
        valuesOf: (head: number) => Float64Array[],
        tolerance: number,
      ) => {
        for (let row = 0; row < rows; row++)
          for (let head = 0; head < kvHeads * group; head++) {
            const at = (position + row) * stride + head * headSize;
            const query = Float64Array.from(past.subarray(at, at + headSize));
            const seen = position + row + 1;
            const shared = Math.floor(head / group);
            const expected = attended(
              query,
              keysOf(shared).slice(0, seen),
              valuesOf(shared).slice(0, seen),
              scale,
            );
            const given = bench.take(out + (row * (queries + 16) + head * headSize) * 4, headSize);
            expectNear(given, expected, tolerance);
          }
      };
      check(
        (head) => cells(queries, head),
        (head) => cells(queries + stored, head),
        5e-6,
      );
      exports.attention8(
        ...[first, stride, rows, position, bytes.keys, scales.keys, bytes.values, scales.values, capacity],
        ...([kvHeads, group, headSize, scale, scores, out, queries + 16] as const),
      );
      const rounded = (name: 'keys' | 'values', head: number): Float64Array[] =>
        Array.from({ length: position + rows }, (_, t) => {
          const place = head * capacity + t;
          const [factor = 0] = bench.take(scales[name] + place * 4, 1);
          const cell = bench.kernels.memory.bytes(bytes[name] + place * headSize, headSize);
          return Float64Array.from(new Int8Array(cell), (value) => value * factor);
        });
      check(
        (head) => rounded('keys', head),
        (head) => rounded('values', head),
        5e-6,
      );
      // Eight bits keep what was stored to half a step.
      for (let head = 0; head < kvHeads; head++)
        cells(queries, head).forEach((cell, t) => {
          expectNear(rounded('keys', head)[t] ?? [], cell, largestOf(cell) / 127 / 2 + 1e-6);
        });
      expect(bench.take(guard, 4)).toEqual(Float32Array.of(7, 7, 7, 7));
    });

    test('gates times what they let through', () => {
      const [rows, size] = [3, 32];
      const x = bench.random.floats(rows * size * 2).map((value) => value * 20);
      const out = bench.room(rows * size);
      bench.kernels.exports.siluMultiply(bench.put(x), rows, size, out);
      const expected = Float64Array.from({ length: rows * size }, (_, i) => {
        const at = Math.floor(i / size) * 2 * size + (i % size);
        const [gate = 0, up = 0] = [x[at], x[at + size]];
        return (gate / (1 + Math.exp(-gate))) * up;
      });
      expectNear(bench.take(out, rows * size), expected, 1e-3 * 0.4);
      bench.take(out, rows * size).forEach((value, i) => {
        const wanted = expected[i] ?? 0;
        expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-6 * Math.abs(wanted) + 1e-9);
      });
    });

    test.each([1, 7, 64])('gelu of %i numbers', (count) => {
      const x = bench.random.floats(count).map((value) => value * 3);
      const place = bench.put(x);
      bench.kernels.exports.gelu(place, count);
      const expected = Float64Array.from(x, (value) => (value * (1 + erf(value / Math.SQRT2))) / 2);
      expectNear(bench.take(place, count), expected, 1e-6);
    });

    test.each([1, 3, 8, 49, 1000])('the largest of %i numbers, and the logarithm of their sum', (count) => {
      const { exports } = bench.kernels;
      const x = bench.random.floats(count).map((value) => value * 10);
      const largest = x.indexOf(Math.max(...x));
      expect(exports.argmax(bench.put(x), count)).toBe(largest);
      const sum = x.reduce((total, value) => total + Math.exp(value - 20), 0);
      expect(exports.logSumExp(bench.put(x), count)).toBeCloseTo(Math.log(sum) + 20, 5);
    });

    test('of equals the first is the largest', () => {
      const x = new Float32Array(21).fill(-3);
      x[6] = 5;
      x[7] = 5;
      x[20] = 5;
      expect(bench.kernels.exports.argmax(bench.put(x), 21)).toBe(6);
      expect(bench.kernels.exports.argmax(bench.put(new Float32Array(9).fill(-1)), 9)).toBe(0);
    });
  });
}

function normed(x: Float32Array, weight: Float32Array, size: number): Float64Array {
  return Float64Array.from(x, (value, i) => {
    const start = i - (i % size);
    const piece = x.subarray(start, start + size);
    return (value / Math.sqrt(dot(piece, piece) / size + 1e-5)) * (weight[i % size] ?? 0);
  });
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function expectNear(given: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(given.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((given[i] ?? Number.NaN) - (expected[i] ?? 0));
    if (!(error <= tolerance)) expect.fail(`${given[i]} instead of ${expected[i]} at ${i}`);
  }
}
