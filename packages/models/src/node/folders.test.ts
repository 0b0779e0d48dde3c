import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noise, sha256 } from '../testing/faulty-server.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { testModel } from '../testing/test-model.ts';
import { cacheFolder } from './cache-folder.ts';
import { copyModels } from './copy-models.ts';
import { FolderModelSource } from './folder-model-source.ts';
import { verifyModel } from './verify-model.ts';

const bytes = noise(100_000);
const model = testModel({
  'weights.bin': { bytes, sources: [] },
  LICENSE: { bytes: new TextEncoder().encode('MIT'), sources: [] },
});

/** A cache that holds the model. */
async function filledCache(): Promise<string> {
  const cache = await tempFolder();
  await mkdir(join(cache, 'test-model'));
  await writeFile(join(cache, 'test-model', 'weights.bin'), bytes);
  await writeFile(join(cache, 'test-model', 'LICENSE'), 'MIT');
  return cache;
}

test('the cache lies where RUNANYWHERE_MODELS says, else in XDG_CACHE_HOME, else in ~/.cache', () => {
  expect(cacheFolder({ RUNANYWHERE_MODELS: '/m', XDG_CACHE_HOME: '/x' })).toBe('/m');
  expect(cacheFolder({ XDG_CACHE_HOME: '/x' })).toBe(join('/x', 'runanywhere', 'models'));
  expect(cacheFolder({})).toMatch(/\.cache.runanywhere.models$/);
});

test('verifyModel reads every byte, whatever was verified before', async () => {
  const folder = await filledCache();
  const options = { folder, models: [model] };
  expect((await verifyModel('test-model', options)).map(({ error }) => error)).toEqual([
    undefined,
    undefined,
  ]);
  const { mtime, atime } = await stat(join(folder, 'test-model', 'weights.bin'));
  const wrong = bytes.map((byte, at) => (at === 77 ? byte ^ 1 : byte));
  await writeFile(join(folder, 'test-model', 'weights.bin'), wrong);
  await utimes(join(folder, 'test-model', 'weights.bin'), atime, mtime);
  await rm(join(folder, 'test-model', 'LICENSE'));
  const [weights, licence] = await verifyModel('test-model', options);
  expect(weights?.error).toMatchObject({
    code: 'model-corrupt',
    details: { expectedSha256: sha256(bytes), actualSha256: sha256(wrong) },
  });
  expect(licence?.error).toMatchObject({ code: 'model-missing' });
});

test('copyModels lays every file, licences too, keeps what is right and mends what is not', async () => {
  const options = { cacheFolder: await filledCache(), models: [model] };
  const to = join(await tempFolder(), 'public', 'models');
  const actions = async (): Promise<string[]> =>
    (await copyModels(['test-model'], to, options)).map(({ action }) => action);
  expect(await actions()).toEqual(['linked', 'linked']);
  expect(await actions()).toEqual(['kept', 'kept']);
  await rm(join(to, 'test-model', 'weights.bin'));
  await writeFile(join(to, 'test-model', 'weights.bin'), 'half a file');
  expect(await actions()).toEqual(['linked', 'kept']);
  expect((await readdir(join(to, 'test-model'))).sort()).toEqual(['LICENSE', 'weights.bin']);
  expect(sha256(await readFile(join(to, 'test-model', 'weights.bin')))).toBe(sha256(bytes));
});

test('a folder as a source: gives verified bytes, refuses what is wrong, missing or unknown', async () => {
  const folder = await filledCache();
  const source = new FolderModelSource({ folder, manifests: [model] });
  const seen: number[] = [];
  const blob = await source.open('test-model', 'weights.bin', {
    onProgress: ({ loadedBytes }) => seen.push(loadedBytes),
  });
  expect(sha256(new Uint8Array(await blob.arrayBuffer()))).toBe(sha256(bytes));
  expect(seen).toEqual([bytes.length]);
  expect(source.urlOf()).toBeUndefined();

  const reason = new Error('no');
  await expect(source.open('test-model', 'weights.bin', { signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
  await expect(source.open('test-model', '../secret')).rejects.toMatchObject({ code: 'model-unknown' });
  await writeFile(join(folder, 'test-model', 'LICENSE'), 'GPL');
  await expect(source.open('test-model', 'LICENSE')).rejects.toMatchObject({ code: 'model-corrupt' });
  const elsewhere = new FolderModelSource({ folder: join(folder, 'nowhere'), manifests: [model] });
  await expect(elsewhere.open('test-model', 'LICENSE')).rejects.toMatchObject({ code: 'model-missing' });
});
