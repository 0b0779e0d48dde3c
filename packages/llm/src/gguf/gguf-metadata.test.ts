import { expect, test } from 'vitest';
import { readGgufMetadata } from './gguf-metadata.ts';

test('reads every type of value', async () => {
  const file = gguf(3, [
    ['name', 8, text('tiny')],
    ['u8', 0, bytes(1, (view) => view.setUint8(0, 200))],
    ['i8', 1, bytes(1, (view) => view.setInt8(0, -3))],
    ['u16', 2, bytes(2, (view) => view.setUint16(0, 50_000, true))],
    ['i16', 3, bytes(2, (view) => view.setInt16(0, -300, true))],
    ['u32', 4, u32(4_000_000_000)],
    ['i32', 5, bytes(4, (view) => view.setInt32(0, -70_000, true))],
    ['f32', 6, bytes(4, (view) => view.setFloat32(0, 0.5, true))],
    ['yes', 7, bytes(1, (view) => view.setUint8(0, 1))],
    ['no', 7, bytes(1, () => undefined)],
    ['words', 9, [u32(8), u64(2), text('a'), text('é')]],
    ['u64', 10, u64(5_000_000_000)],
    ['i64', 11, bytes(8, (view) => view.setBigInt64(0, -9n, true))],
    ['f64', 12, bytes(8, (view) => view.setFloat64(0, 0.1, true))],
  ]);
  expect(Object.fromEntries(await readGgufMetadata(file))).toEqual({
    name: 'tiny',
    u8: 200,
    i8: -3,
    u16: 50_000,
    i16: -300,
    u32: 4_000_000_000,
    i32: -70_000,
    f32: 0.5,
    yes: true,
    no: false,
    words: ['a', 'é'],
    u64: 5_000_000_000,
    i64: -9,
    f64: 0.1,
  });
});

test('reads a header that is longer than its first look', async () => {
  const long = 'x'.repeat(5_000_000);
  const metadata = await readGgufMetadata(gguf(2, [['long', 8, text(long)]]));
  expect(metadata.get('long')).toBe(long);
});

test.each([
  ['an empty file', new Blob([])],
  ['another format', new Blob(['<!doctype html>'])],
  ['a version from the future', gguf(4, [])],
  ['a value type from the future', gguf(3, [['new', 13, u32(0)]])],
  ['a header that is cut', gguf(3, [['name', 8, text('tiny')]]).slice(0, -1)],
  ['a length beyond the file', gguf(3, [['name', 8, u64(2 ** 40)]])],
])('refuses %s', async (_what, file) => {
  await expect(readGgufMetadata(file)).rejects.toBeInstanceOf(TypeError);
});

type Part = Uint8Array<ArrayBuffer> | readonly Part[];

function gguf(
  version: number,
  entries: readonly (readonly [key: string, type: number, value: Part])[],
): Blob {
  const body = entries.map(([key, type, value]) => [text(key), u32(type), value] as const);
  return new Blob(['GGUF', ...flat([u32(version), u64(0), u64(entries.length), body])]);
}

function flat(part: Part): Uint8Array<ArrayBuffer>[] {
  return part instanceof Uint8Array ? [part] : part.flatMap(flat);
}

function bytes(length: number, write: (view: DataView) => void): Uint8Array<ArrayBuffer> {
  const array = new Uint8Array(length);
  write(new DataView(array.buffer));
  return array;
}

function u32(value: number): Uint8Array<ArrayBuffer> {
  return bytes(4, (view) => view.setUint32(0, value, true));
}

function u64(value: number): Uint8Array<ArrayBuffer> {
  return bytes(8, (view) => view.setBigUint64(0, BigInt(value), true));
}

function text(value: string): Part {
  const encoded = new TextEncoder().encode(value);
  return [u64(encoded.length), encoded];
}
