import { expect, test } from 'vitest';
import { WatchedFile } from '../../testing/gguf-watched-file.ts';
import {
  type GgufInput,
  ggufBlob,
  type TensorInput,
  tensorBytes,
  typed,
  writeGguf,
} from '../../testing/gguf-writer.ts';
import { openGguf } from './gguf-file.ts';
import type { GgufTensor } from './tensor-table.ts';

const MIB = 1024 * 1024;

test('reads every type of value', async () => {
  const written: Record<string, GgufInput> = {
    name: 'tiny',
    u8: typed('uint8', 200),
    i8: typed('int8', -3),
    u16: typed('uint16', 50_000),
    i16: typed('int16', -300),
    u32: 4_000_000_000,
    i32: -70_000,
    f32: 0.5,
    f64: typed('float64', 0.1),
    yes: true,
    no: false,
    u64: typed('uint64', 5_000_000_000),
    i64: typed('int64', -9),
    exactly: typed('uint64', 2n ** 64n - 1n),
    words: ['a', 'é', '\uFEFF', ''],
    nested: [[1, 2], []],
    flags: [true, false],
    none: typed('string', []),
  };
  const { metadata } = await openGguf(ggufBlob({ metadata: written }));
  const plain = Object.entries(written).map(([key, value]) => [
    key,
    typeof value === 'object' && 'value' in value ? value.value : value,
  ]);
  expect([...metadata]).toEqual(plain);
});

test('reads versions 2 and 3, and a header of many pieces', async () => {
  const long = 'x'.repeat(5 * MIB);
  const words = Array.from({ length: 300_000 }, (_, index) => `word ${index}`);
  const file = new WatchedFile(writeGguf({ version: 2, metadata: { long, words, after: 7 } }).bytes);
  const { metadata } = await openGguf(file);
  expect(metadata.get('long')).toBe(long);
  expect(metadata.get('words')).toEqual(words);
  expect(metadata.get('after')).toBe(7);
  expect(file.reads.length).toBeGreaterThan(3);
  expect(file.fault(8 * MIB, 2 * file.size)).toBeUndefined();
});

test('gives tensors in the order of the file, and their bytes', async () => {
  const first = tensor('first', 3, [64, 3]);
  const second = tensor('second', 0, [5]);
  const file = await openGguf(ggufBlob({ metadata: { 'general.alignment': 64 }, tensors: [first, second] }));
  expect([...file.tensors.keys()]).toEqual(['first', 'second']);
  const [one, two] = [...file.tensors.values()] as [GgufTensor, GgufTensor];
  expect(one).toMatchObject({ type: 3, shape: [64, 3], columns: 64, rows: 3, rowBytes: 40, sizeBytes: 120 });
  expect(two).toMatchObject({ columns: 5, rows: 1, sizeBytes: 20 });
  expect(await file.readTensor(one)).toEqual(first.bytes);
  expect(await file.readTensor(two)).toEqual(second.bytes);
});

test('streams pieces of 4 MiB with whole rows, small neighbours in one read', async () => {
  const parts = {
    tensors: [
      tensor('norm', 0, [100]),
      tensor('wide', 0, [300_000, 8]),
      tensor('norm 2', 0, [100]),
      tensor('scale', 0, []),
    ],
  };
  const file = new WatchedFile(writeGguf(parts).bytes);
  const gguf = await openGguf(file);
  file.reads.length = 0;
  const seen: [string, number, number][] = [];
  await gguf.streamRows([...gguf.tensors.values()].reverse(), ({ name }, firstRow, bytes) => {
    seen.push([name, firstRow, bytes.length]);
    const whole = parts.tensors.find((one) => one.name === name)?.bytes as Uint8Array;
    const at = firstRow * 1_200_000;
    expect(Buffer.compare(bytes, whole.subarray(at, at + bytes.length))).toBe(0);
  });
  expect(seen).toEqual([
    ['norm', 0, 400],
    ['wide', 0, 3_600_000],
    ['wide', 3, 3_600_000],
    ['wide', 6, 2_400_000],
    ['norm 2', 0, 400],
    ['scale', 0, 4],
  ]);
  expect(file.reads).toHaveLength(3);
  expect(file.fault(4 * MIB, file.size)).toBeUndefined();
});

test('reads only the tensors asked for', async () => {
  const file = new WatchedFile(
    writeGguf({ tensors: ['a', 'b', 'c'].map((name) => tensor(name, 0, [1000])) }).bytes,
  );
  const gguf = await openGguf(file);
  file.reads.length = 0;
  const [a, b, c] = [...gguf.tensors.values()] as [GgufTensor, GgufTensor, GgufTensor];
  await gguf.streamRows([c, a, c], () => undefined);
  for (const { start, end } of file.reads)
    expect(end <= b.offset || start >= b.offset + b.sizeBytes).toBe(true);
  expect(file.reads).toHaveLength(2);
});

test('an abort ends the reading with its own reason', async () => {
  const blob = ggufBlob({ tensors: [tensor('wide', 0, [300_000, 8])] });
  const reason = new Error('enough');
  await expect(openGguf(blob, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const gguf = await openGguf(blob);
  const controller = new AbortController();
  let pieces = 0;
  const streamed = gguf.streamRows(
    gguf.tensors.values(),
    () => {
      pieces += 1;
      controller.abort(reason);
    },
    { signal: controller.signal },
  );
  await expect(streamed).rejects.toBe(reason);
  expect(pieces).toBe(1);
});

test('what the caller throws comes out, and a tensor of another file is not read', async () => {
  const parts = { tensors: [tensor('wide', 0, [300_000, 8])] };
  const gguf = await openGguf(ggufBlob(parts));
  const other = await openGguf(ggufBlob(parts));
  const own = new Error('no room');
  const full = () => {
    throw own;
  };
  await expect(gguf.streamRows(gguf.tensors.values(), full)).rejects.toBe(own);
  await expect(gguf.streamRows(other.tensors.values(), full)).rejects.toMatchObject({
    code: 'invalid-options',
  });
  const [foreign] = [...other.tensors.values()] as [GgufTensor];
  await expect(gguf.readTensor(foreign)).rejects.toMatchObject({ code: 'invalid-options' });
});

test.each([
  ['goes away', 'unreadable', 'it could not be read'],
  ['becomes shorter', 'short', 'it changed while it was read'],
] as const)('a file that %s is refused', async (_what, misbehaviour, reason) => {
  const { bytes } = writeGguf({ tensors: [tensor('a', 0, [64])] });
  await expect(openGguf(new WatchedFile(bytes, bytes.length, misbehaviour))).rejects.toMatchObject({
    code: 'model-invalid',
    details: { reason },
  });
  const later = await openGguf(new WatchedFile(bytes, bytes.length, misbehaviour, 1));
  await expect(later.streamRows(later.tensors.values(), () => undefined)).rejects.toMatchObject({
    code: 'model-invalid',
    details: { reason },
  });
});

function tensor(name: string, type: number, shape: readonly number[]): TensorInput {
  const bytes = new Uint8Array(tensorBytes(type, shape));
  for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 31 + (at >> 8)) & 255;
  return { name, type, shape, bytes };
}
