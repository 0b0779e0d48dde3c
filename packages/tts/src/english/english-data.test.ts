import { gunzipSync } from 'node:zlib';
import { isRunAnywhereError, type ModelSource } from '@runanywhere/core';
import { expect, test } from 'vitest';
import { realSource, VOICE_ID } from '../testing/real-models.ts';
import { readJsonFile } from './english-data.ts';

const FILE = 'tagger.json.gz';

/** A source with one file. */
function sourceOf(bytes: Uint8Array<ArrayBuffer>): ModelSource {
  return { open: async () => new Blob([bytes]), urlOf: () => undefined };
}

test('gzip that the server has already decompressed is read as it is', async () => {
  const gzip = new Uint8Array(await (await (await realSource()).open(VOICE_ID, FILE)).arrayBuffer());
  const plain = new Uint8Array(gunzipSync(gzip));
  const compressed = await readJsonFile<{ tags: string[] }>(sourceOf(gzip), VOICE_ID, FILE);
  const decompressed = await readJsonFile<{ tags: string[] }>(sourceOf(plain), VOICE_ID, FILE);
  expect(compressed.tags.length).toBe(50);
  expect(decompressed.tags).toEqual(compressed.tags);
});

test.each([
  ['no JSON', new TextEncoder().encode('<!doctype html>')],
  ['gzip cut short', new Uint8Array([0x1f, 0x8b, 8, 0])],
  ['nothing', new Uint8Array(0)],
])('a file with %s is refused with its name', async (_case, bytes) => {
  const error = await readJsonFile(sourceOf(bytes), VOICE_ID, FILE).catch((caught: unknown) => caught);
  expect(isRunAnywhereError(error, 'engine-failed') && error.details.reason).toContain(FILE);
});
