import { readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { tempFolder } from '../testing/temp-folder.ts';
import { withLock } from './lock.ts';

test('one after the other, and the lock is given back, also after a failure', async () => {
  const path = join(await tempFolder(), 'locks', 'm');
  const log: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    log.push(`${name} in`);
    await delay(50);
    log.push(`${name} out`);
  };
  const failing = withLock(path, async () => {
    await delay(20);
    throw new Error('no luck');
  });
  await Promise.all([
    expect(failing).rejects.toThrow('no luck'),
    withLock(path, work('a')),
    withLock(path, work('b')),
  ]);
  expect([log.slice(0, 2), log.slice(2)].map(([first]) => first?.endsWith('in'))).toEqual([true, true]);
  expect(log[0]?.[0]).toBe(log[1]?.[0]);
  expect(await readdir(join(path, '..'))).toEqual([]);
});

test('a holder that died is not waited for', async () => {
  const path = join(await tempFolder(), 'm');
  await writeFile(path, `999999999 ${hostname()}`);
  expect(await withLock(path, async () => 'mine')).toBe('mine');
});

test('a holder on another machine counts as dead when its lock is not touched', async () => {
  const path = join(await tempFolder(), 'm');
  await writeFile(path, '1 another-machine');
  const old = new Date(Date.now() - 60_000);
  await utimes(path, old, old);
  expect(await withLock(path, async () => 'mine')).toBe('mine');
});

test('waiting ends with the signal’s reason', async () => {
  const path = join(await tempFolder(), 'm');
  await writeFile(path, `${process.pid} ${hostname()}`);
  const abort = new AbortController();
  const reason = new Error('enough');
  setTimeout(() => abort.abort(reason), 50);
  await expect(withLock(path, async () => 'mine', abort.signal)).rejects.toBe(reason);
});
