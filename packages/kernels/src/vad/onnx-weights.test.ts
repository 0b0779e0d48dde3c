import { isRunAnywhereError } from '@runanywhere/core';
import { describe, expect, test } from 'vitest';
import { readOnnxWeights } from './onnx-weights.ts';

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
const number = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const bytes = (field: number, content: Iterable<number>): number[] => {
  const list = [...content];
  return [...varint(field * 8 + 2), ...varint(list.length), ...list];
};
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const floats = (values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

interface Wanted {
  name?: string;
  dims?: number[];
  packed?: boolean;
  type?: number;
  data?: Uint8Array;
  more?: number[];
}
function tensor({
  name = 'w',
  dims = [2, 1],
  packed,
  type = 1,
  data = floats([1.5, -2]),
  more = [],
}: Wanted) {
  const shape = packed ? bytes(1, dims.flatMap(varint)) : dims.flatMap((size) => number(1, size));
  return bytes(5, [...shape, ...number(2, type), ...bytes(8, text(name)), ...bytes(9, data), ...more]);
}
const file = (...graph: number[][]): Uint8Array =>
  Uint8Array.from([...number(1, 8), ...bytes(2, text('maker')), ...bytes(7, graph.flat())]);

describe('readOnnxWeights', () => {
  test.each([false, true])('finds the floats, dimensions packed: %s', (packed) => {
    const tensors = readOnnxWeights(
      file(bytes(2, text('graph')), tensor({ packed }), tensor({ name: 'b', dims: [], data: floats([7]) })),
    );
    expect([...tensors.keys()]).toEqual(['w', 'b']);
    expect(tensors.get('w')).toEqual({ shape: [2, 1], values: Float32Array.of(1.5, -2) });
    expect(tensors.get('b')).toEqual({ shape: [], values: Float32Array.of(7) });
  });

  test('leaves other kinds of numbers out, and reads a Buffer in the middle of another', () => {
    const whole = file(tensor({ name: 'shape', type: 7, data: new Uint8Array(16) }), tensor({}));
    const inside = Buffer.concat([Buffer.alloc(3), whole, Buffer.alloc(5)]).subarray(3, 3 + whole.length);
    const tensors = readOnnxWeights(inside);
    expect([...tensors.keys()]).toEqual(['w']);
    expect([...(tensors.get('w')?.values ?? [])]).toEqual([1.5, -2]);
  });

  test.each<[string, Uint8Array]>([
    ['a field that is longer than the file', Uint8Array.from([58, 255, 255, 255, 255, 15, 1])],
    ['a length of 2⁶³', Uint8Array.from([58, 255, 255, 255, 255, 255, 255, 255, 255, 127])],
    ['a number without end', Uint8Array.from([58, ...new Array<number>(40).fill(255)])],
    ['a kind of field that was withdrawn', Uint8Array.from([59, 60])],
    ['too few numbers for the shape', file(tensor({ dims: [3, 1] }))],
    ['too many numbers for the shape', file(tensor({ dims: [1, 1] }))],
    ['a shape whose size overflows', file(tensor({ dims: [2 ** 32, 2 ** 32, 2 ** 32] }))],
    ['a negative dimension', file(tensor({ dims: [2 ** 63, 2] }))],
    ['dimensions by the thousand', file(tensor({ dims: new Array<number>(5000).fill(1) }))],
    [
      'packed dimensions by the thousand',
      file(tensor({ dims: new Array<number>(5000).fill(1), packed: true })),
    ],
    ['numbers in another file', file(tensor({ more: number(14, 1) }))],
    ['the same name twice', file(tensor({}), tensor({}))],
    ['tensors by the thousand', file(...Array.from({ length: 4200 }, (_, i) => tensor({ name: `${i}` })))],
  ])('refuses %s', (_what, content) => {
    expect(() => readOnnxWeights(content, 'mine')).toThrow(
      expect.objectContaining({
        code: 'model-invalid',
        details: expect.objectContaining({ modelId: 'mine' }),
      }),
    );
  });

  test('a file that breaks off anywhere is refused or read as far as it is whole', () => {
    const whole = file(tensor({}), tensor({ name: 'b' }));
    for (let length = 0; length < whole.length; length++) {
      const error = errorOf(() => expect(readOnnxWeights(whole.slice(0, length)).size).toBe(0));
      if (error) expect(isRunAnywhereError(error, 'model-invalid')).toBe(true);
    }
  });

  test('5,000 files with wrong bytes make no other error, and nothing larger than the file', () => {
    const whole = file(tensor({}), tensor({ name: 'b', packed: true }), tensor({ name: 'c', type: 7 }));
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    let refused = 0;
    for (let round = 0; round < 5000; round++) {
      const changed = whole.slice();
      for (let i = 0; i <= random(4); i++) changed[random(changed.length)] = random(256);
      const error = errorOf(() => {
        for (const { values } of readOnnxWeights(changed).values()) {
          expect(values.byteLength).toBeLessThanOrEqual(whole.length);
        }
      });
      if (!error) continue;
      refused++;
      expect(isRunAnywhereError(error, 'model-invalid')).toBe(true);
    }
    expect(refused).toBeGreaterThan(1000);
  });
});

function errorOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
