import { expect, test } from 'vitest';
import { WatchedFile } from '../../testing/gguf-watched-file.ts';
import {
  type GgufParts,
  ggufBlob,
  type TensorInput,
  tensorBytes,
  type WrittenGguf,
  writeGguf,
} from '../../testing/gguf-writer.ts';
import { openGguf } from './gguf-file.ts';

const MIB = 1024 * 1024;

const one: GgufParts = {
  metadata: { key: 'value' },
  tensors: [tensor('a', 0, [4, 4]), tensor('b', 0, [64])],
};

/** Where the numbers of `one`'s first tensor stand, counted from the table: its name has one letter. */
const A = { dimensions: 9, columns: 13, rows: 21, type: 29, offset: 33, next: 41 };

test.each<[string, Blob, string]>([
  ['an empty file', new Blob([]), 'it is no GGUF file'],
  ['another format', new Blob(['<!doctype html><html></html>']), 'it is no GGUF file'],
  ['version 0', broken(one, ({ u32 }) => u32(4, 0)), 'its version is no version'],
  ['a header that is cut', cutAt(one, ({ headerBytes }) => headerBytes - 1), 'it ends within its header'],
  ['a count of keys beyond the file', broken(one, ({ u64 }) => u64(16, 1000n)), 'it ends within its header'],
  [
    'a count of tensors beyond the file',
    broken(one, ({ u64 }) => u64(8, 1000n)),
    'it ends within its header',
  ],
  ['a negative count', broken(one, ({ u64 }) => u64(8, -1n)), 'it claims more than 65536 tensors'],
  [
    'a count of keys above the limit',
    broken(one, ({ u64 }) => u64(16, 1n << 40n)),
    'it claims more than 65536 keys',
  ],
  ['a key without a name', broken(one, ({ u64 }) => u64(24, 0n)), 'a key has not 1 to 65535 bytes'],
  ['a key of any length', broken(one, ({ u64 }) => u64(24, 1n << 63n)), 'a key has not 1 to 65535 bytes'],
  [
    'a type of value that is none',
    broken(one, ({ u32 }) => u32(35, 13)),
    'the key "key" has a value of the unknown type 13',
  ],
  ['a string beyond the file', broken(one, ({ u64 }) => u64(39, 1n << 40n)), 'it ends within its header'],
  [
    'the same key twice',
    broken({ metadata: { key: 1, kez: 2 } }, ({ u8 }) => u8(53, 0x79)),
    'the key "key" comes twice',
  ],
  [
    'a truth of 2',
    broken({ metadata: { yes: true } }, ({ u8 }) => u8(39, 2)),
    'the key "yes" is neither true nor false',
  ],
  [
    'an array beyond the file',
    broken({ metadata: { ids: [1, 2] } }, ({ u64 }) => u64(43, 1n << 61n)),
    'it ends within its header',
  ],
  [
    'arrays five deep',
    ggufBlob({ metadata: { deep: [[[[[1]]]]] } }),
    'the key "deep" has arrays more than 4 deep',
  ],
  [
    'an alignment of 48',
    ggufBlob({ metadata: { 'general.alignment': 48 } }),
    'its alignment is no power of two from 8 to 65536 bytes',
  ],
  [
    'an alignment of 0',
    broken({ metadata: { 'general.alignment': 32 } }, ({ u32, tableAt }) => u32(tableAt - 4, 0)),
    'its alignment is no power of two from 8 to 65536 bytes',
  ],
  [
    'an alignment in words',
    ggufBlob({ metadata: { 'general.alignment': '32' } }),
    'its alignment is no power of two from 8 to 65536 bytes',
  ],
  [
    'an alignment of 128 KiB',
    ggufBlob({ metadata: { 'general.alignment': 131_072 } }),
    'its alignment is no power of two from 8 to 65536 bytes',
  ],
  [
    'a tensor without a name',
    broken(one, ({ u64, tableAt }) => u64(tableAt, 0n)),
    "a tensor's name has not 1 to 64 bytes",
  ],
  [
    'a tensor with a long name',
    ggufBlob({ tensors: [tensor('n'.repeat(65), 0, [1])] }),
    "a tensor's name has not 1 to 64 bytes",
  ],
  [
    'the same tensor twice',
    ggufBlob({ tensors: [tensor('a', 0, [1]), tensor('a', 0, [1])] }),
    'the tensor "a" comes twice',
  ],
  [
    'five dimensions',
    ggufBlob({ tensors: [tensor('a', 0, [1, 1, 1, 1, 1])] }),
    'the tensor "a" has more than 4 dimensions',
  ],
  [
    'a dimension of 0',
    broken(one, ({ u64, tableAt }) => u64(tableAt + A.rows, 0n)),
    'the tensor "a" has a dimension of 0',
  ],
  [
    'more numbers than there are',
    broken(one, ({ u64, tableAt }) => u64(tableAt + A.rows, 1n << 62n)),
    'the tensor "a" has a size that cannot be',
  ],
  [
    'a row of 32 MiB',
    broken(one, ({ u64, tableAt }) => u64(tableAt + A.columns, 8n << 20n)),
    'the tensor "a" has rows of more than 16 MiB',
  ],
  [
    'a part of a block',
    broken(one, ({ u32, tableAt }) => u32(tableAt + A.type, 3)),
    'the tensor "a" has 4 columns, no multiple of 32',
  ],
  [
    'an offset out of line',
    broken(one, ({ u64, tableAt }) => u64(tableAt + A.offset, 4n)),
    'the tensor "a" has an offset out of line',
  ],
  [
    'an offset beyond all',
    broken(one, ({ u64, tableAt }) => u64(tableAt + A.offset, 1n << 63n)),
    'the tensor "a" has an offset out of line',
  ],
  [
    'a tensor beyond the file',
    broken(one, ({ u64, tableAt }) => u64(tableAt + A.offset, 1n << 20n)),
    'the tensor "a" reaches beyond its end',
  ],
  [
    'a file without its last byte',
    cutAt(one, ({ bytes }) => bytes.length - 1),
    'the tensor "b" reaches beyond its end',
  ],
  [
    'a tensor upon another',
    broken(one, ({ u64, tableAt }) => u64(tableAt + A.next + A.offset - 8, 0n)),
    'the tensor "b" lies upon another one',
  ],
])('refuses %s', async (_what, file, reason) => {
  await expect(openGguf(file, { modelId: 'tiny' })).rejects.toMatchObject({
    name: 'RunAnywhereError',
    code: 'model-invalid',
    details: { modelId: 'tiny', reason },
    message: `The model file of tiny cannot be used: ${reason}. Fetch it again.`,
  });
});

test.each<[string, Blob, string]>([
  ['version 1', broken(one, ({ u32 }) => u32(4, 1)), 'version 1 of GGUF'],
  ['version 4', broken(one, ({ u32 }) => u32(4, 4)), 'version 4 of GGUF'],
  [
    'a file of the other byte order',
    broken(one, ({ u32 }) => u32(4, 0x03000000)),
    'a GGUF file with the highest byte first',
  ],
  [
    'a type of tensor from the future',
    broken(one, ({ u32, tableAt }) => u32(tableAt + A.type, 77)),
    'type 77 of the tensor "a"',
  ],
])('leaves %s to others', async (_what, file, what) => {
  await expect(openGguf(file)).rejects.toMatchObject({ code: 'model-unsupported', details: { what } });
});

test('a name out of the file is cut and made printable before it enters a message', async () => {
  const key = `\u001b[31m"\u202e${'k'.repeat(100)}`;
  const message = await openGguf(ggufBlob({ metadata: { [key]: [[[[[1]]]]] } })).catch(String);
  expect(message).toContain(`the key "?[31m??${'k'.repeat(50)}..."`);
});

test.each([
  ['64 MiB of small numbers', 0, 40 * MIB],
  ['8 million empty strings', 8, 5 * MIB],
])('refuses %s before they fill the memory', async (_what, itemType, length) => {
  const { bytes } = writeGguf({ metadata: { x: [1] } });
  const view = new DataView(bytes.buffer);
  view.setUint32(37, itemType, true);
  view.setBigUint64(41, BigInt(length), true);
  const file = new WatchedFile(bytes, 2 ** 33);
  await expect(openGguf(file)).rejects.toMatchObject({
    details: { reason: 'with the key "x" it has more than 4194304 values' },
  });
  expect(file.fault(MIB, MIB)).toBeUndefined();
});

test('refuses a header that does not end', async () => {
  const { bytes } = writeGguf({ metadata: { x: 'word' } });
  new DataView(bytes.buffer).setBigUint64(37, BigInt(64 * MIB), true);
  const file = new WatchedFile(bytes, 2 ** 33);
  await expect(openGguf(file)).rejects.toMatchObject({
    details: { reason: 'its header is longer than 64 MiB' },
  });
  expect(file.fault(MIB, MIB)).toBeUndefined();
});

function tensor(name: string, type: number, shape: readonly number[]): TensorInput {
  return { name, type, shape, bytes: new Uint8Array(tensorBytes(type, shape)).fill(1) };
}

interface Tools extends WrittenGguf {
  u8(at: number, value: number): void;
  u32(at: number, value: number): void;
  u64(at: number, value: bigint): void;
}

/** A good file with some numbers written over. */
function broken(parts: GgufParts, breakIt: (tools: Tools) => void): Blob {
  const written = writeGguf(parts);
  const view = new DataView(written.bytes.buffer);
  breakIt({
    ...written,
    u8: (at, value) => view.setUint8(at, value),
    u32: (at, value) => view.setUint32(at, value, true),
    u64: (at, value) => view.setBigUint64(at, BigInt.asUintN(64, value), true),
  });
  return new Blob([written.bytes]);
}

function cutAt(parts: GgufParts, length: (written: WrittenGguf) => number): Blob {
  const written = writeGguf(parts);
  return new Blob([written.bytes.subarray(0, length(written))]);
}
