import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { catalog, defaultModelIds } from './catalog.ts';
import { checkManifest } from './check-manifest.ts';
import { ensureModel } from './node/ensure-model.ts';
import { verifyModel } from './node/verify-model.ts';
import { describeFile } from './testing/faulty-server.ts';

test('ids are unique and every default is in the catalog', () => {
  const ids = catalog.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(defaultModelIds.filter((id) => !ids.includes(id))).toEqual([]);
});

describe.each(catalog.map((model) => [model.id, model] as const))('%s', (id, model) => {
  test('has names, digests, sources, a licence and a measured memory need', () => {
    expect(() => checkManifest(model)).not.toThrow();
    expect(model.files.filter(({ sources }) => sources.length === 0)).toEqual([]);
    expect(model.licence).toMatch(/^(MIT|Apache-2\.0|BSD-[23]-Clause)$/);
    expect(model.licenceUrl).toMatch(/^https:\/\//);
    expect(model.memoryBytes).toBeGreaterThan(1_000_000);
  });

  // Fetches from the real packages unless the cache has it.
  test('its size and digests are those of the real files', { timeout: 300_000 }, async () => {
    const { files } = await ensureModel(id);
    expect((await verifyModel(id)).filter(({ error }) => error)).toEqual([]);
    for (const file of model.files) {
      const bytes = await readFile(files[file.name] ?? '');
      expect(file).toMatchObject(describeFile(file.name, bytes));
      const { name: _, ...decoded } = describeFile('', file.name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
      expect(file.decoded).toEqual(file.name.endsWith('.gz') ? decoded : undefined);
    }
  });
});
