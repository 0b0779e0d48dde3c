import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CatalogModel } from '../catalog-types.ts';
import { bundleNodeEntry } from '../testing/bundle-node-entry.ts';
import { beginRange, noise, rangeStart, sha256, startServer } from '../testing/faulty-server.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { testModel } from '../testing/test-model.ts';
import { ensureModel } from './ensure-model.ts';

const bytes = noise(9_000_000);
let built: string;
let script: string;

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'models-bundle-'));
  await bundleNodeEntry(built);
  script = join(built, 'child.mjs');
  await writeFile(
    script,
    `import { ensureModel } from './models-node.mjs';
const { cacheFolder, model } = JSON.parse(process.argv[2]);
await ensureModel(model.id, { cacheFolder, models: [model] });`,
  );
}, 60_000);

afterAll(() => rm(built, { recursive: true, force: true }));

function ensureInProcess(cacheFolder: string, model: CatalogModel): ChildProcess {
  return fork(script, [JSON.stringify({ cacheFolder, model })], { stdio: 'ignore' });
}

const modelAt = (url: string): CatalogModel =>
  testModel({ 'weights.bin': { bytes, sources: [{ kind: 'https', url }] } });

test('several processes on one cache: one fetches, all end well', async () => {
  const cache = await tempFolder();
  const server = await startServer((request, response) =>
    setTimeout(() => response.end(beginRange(request, response, bytes)), 500),
  );
  const children = [1, 2, 3].map(() => ensureInProcess(cache, modelAt(server.url)));
  const ends = await Promise.all(children.map((child) => once(child, 'exit')));
  expect(ends.map(([code]) => code)).toEqual([0, 0, 0]);
  expect(server.ranges).toEqual(['']);
  expect(sha256(await readFile(join(cache, 'test-model', 'weights.bin')))).toBe(sha256(bytes));
});

test('a process killed in the middle leaves no half file; the next goes on where it stopped', async () => {
  const cache = await tempFolder();
  const server = await startServer((request, response) => {
    const rest = beginRange(request, response, bytes);
    if (rangeStart(request) > 0) response.end(rest);
    else response.write(rest.subarray(0, 5_000_000)); // And then nothing: the child waits.
  });
  const model = modelAt(server.url);
  const child = ensureInProcess(cache, model);
  const partial = join(cache, '.partial', sha256(bytes));
  while ((await stat(partial).catch(() => ({ size: 0 }))).size < 4_194_304) await delay(20);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await readdir(join(cache, 'test-model'))).toEqual([]);
  expect(await readdir(join(cache, '.locks'))).toEqual(['test-model']);

  const { files } = await ensureModel(model.id, { cacheFolder: cache, models: [model] });
  expect(server.ranges).toEqual(['', 'bytes=4194304-']);
  expect(sha256(await readFile(files['weights.bin'] ?? ''))).toBe(sha256(bytes));
  expect(await readdir(join(cache, '.tmp'))).toEqual([]);
  expect(await readdir(join(cache, '.locks'))).toEqual([]);
});
