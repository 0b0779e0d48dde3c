import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ensureModel } from '@runanywhere/models/node';
import { beforeAll, expect, test } from 'vitest';
import { openGguf } from './gguf-file.ts';
import type { GgufTensor } from './tensor-table.ts';

let blob: Blob;
let bytes: Uint8Array;
beforeAll(async () => {
  const { files } = await ensureModel('smollm2-135m-instruct-q4_1');
  const [filePath] = Object.values(files) as [string];
  blob = await openAsBlob(filePath);
  bytes = await readFile(filePath);
});

test('lists what SmolLM2 135M consists of', async () => {
  const { metadata, tensors, sizeBytes } = await openGguf(blob);
  expect(sizeBytes).toBe(bytes.length);
  expect(metadata.get('general.architecture')).toBe('llama');
  expect(metadata.get('llama.block_count')).toBe(30);
  expect(metadata.get('tokenizer.ggml.tokens')).toHaveLength(49_152);
  expect(metadata.get('tokenizer.ggml.merges')).toHaveLength(48_900);
  expect(tensors.size).toBe(2 + 30 * 9);
  expect(tensors.get('blk.0.attn_k.weight')).toMatchObject({
    type: 3,
    shape: [576, 192],
    rows: 192,
    columns: 576,
    rowBytes: (576 / 32) * 20,
    sizeBytes: 192 * (576 / 32) * 20,
  });
  // The last tensor ends where the file does: every offset before it was right.
  expect(Math.max(...[...tensors.values()].map(endOf))).toBe(bytes.length);
});

test('hands on every row once, in order, as it lies in the file', async () => {
  const file = await openGguf(blob);
  let at = 0;
  let tensorInHand: GgufTensor | undefined;
  let nextRow = 0;
  let differing = 0;
  let largestBytes = 0;
  const shuffled = [...file.tensors.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  let last = { loadedBytes: 0, totalBytes: 0 };
  const onProgress = (progress: typeof last) => {
    expect(progress.loadedBytes).toBeGreaterThan(last.loadedBytes);
    last = progress;
  };
  await file.streamRows(
    shuffled,
    (tensor, firstRow, rows) => {
      if (tensor !== tensorInHand) {
        expect(nextRow).toBe(tensorInHand?.rows ?? 0);
        expect(tensor.offset).toBeGreaterThanOrEqual(at);
        [tensorInHand, nextRow] = [tensor, 0];
      }
      expect(firstRow).toBe(nextRow);
      expect(rows.length % tensor.rowBytes).toBe(0);
      nextRow += rows.length / tensor.rowBytes;
      at = tensor.offset + firstRow * tensor.rowBytes;
      if (Buffer.compare(rows, bytes.subarray(at, at + rows.length)) !== 0) differing += 1;
      largestBytes = Math.max(largestBytes, rows.length);
    },
    { onProgress },
  );
  expect(differing).toBe(0);
  expect(largestBytes).toBeLessThanOrEqual(4 * 1024 * 1024);
  const totalBytes = shuffled.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  expect(last).toEqual({ loadedBytes: totalBytes, totalBytes });
});

test('reads the header within 150 ms', async () => {
  const timesMs: number[] = [];
  for (let round = 0; round < 5; round++) {
    const startMs = performance.now();
    await openGguf(blob);
    timesMs.push(performance.now() - startMs);
  }
  expect(Math.min(...timesMs)).toBeLessThan(150);
});

function endOf({ offset, sizeBytes }: GgufTensor): number {
  return offset + sizeBytes;
}
