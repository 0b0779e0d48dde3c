import { MODEL_CHUNK_BYTES, type ModelFile, type ModelManifest } from '@runanywhere/core';
import { expect, test } from 'vitest';
import { HttpModelSource } from './http-model-source.ts';
import { sha256Hex } from './sha256.ts';

/** Bytes behind an address that any page may fetch, cut into pieces as a network would. */
const bytes = Uint8Array.from({ length: MODEL_CHUNK_BYTES + 5000 }, (_, index) => (index * 7919) % 251);

async function describe(): Promise<ModelFile> {
  const digest = (from: number, to?: number): Promise<string> => sha256Hex(bytes.slice(from, to));
  const chunkSha256 = [await digest(0, MODEL_CHUNK_BYTES), await digest(MODEL_CHUNK_BYTES)];
  return { name: 'weights.bin', sizeBytes: bytes.length, sha256: await digest(0), chunkSha256 };
}

async function manifestOf(file: Promise<ModelFile>): Promise<ModelManifest> {
  return { id: 'm', role: 'language', files: [await file], licence: 'MIT', languages: 'any', memoryBytes: 1 };
}

test('verifies with the browser’s own fetch, streams and WebCrypto', async () => {
  const address = URL.createObjectURL(new Blob([bytes]));
  const source = new HttpModelSource({
    baseUrl: '/models',
    manifests: [await manifestOf(describe())],
    fetch: () => fetch(address),
  });
  const seen: number[] = [];
  const blob = await source.open('m', 'weights.bin', { onProgress: (one) => seen.push(one.loadedBytes) });
  expect(await sha256Hex(new Uint8Array(await blob.arrayBuffer()))).toBe((await describe()).sha256);
  expect(seen).toEqual([MODEL_CHUNK_BYTES, bytes.length]);
  URL.revokeObjectURL(address);
});

test('a development server that answers a missing file with its page: model-missing', async () => {
  const source = new HttpModelSource({ baseUrl: '/no/such', manifests: [await manifestOf(describe())] });
  expect(source.urlOf('m', 'weights.bin')).toBe(`${location.origin}/no/such/m/weights.bin`);
  await expect(source.open('m', 'weights.bin')).rejects.toMatchObject({ code: 'model-missing' });
});

test('a server that nobody runs: model-unavailable', async () => {
  const source = new HttpModelSource({
    baseUrl: 'http://127.0.0.1:1/',
    manifests: [await manifestOf(describe())],
    retryDelaysMs: [],
  });
  await expect(source.open('m', 'weights.bin')).rejects.toMatchObject({ code: 'model-unavailable' });
});
