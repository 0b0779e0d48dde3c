import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from './lock.ts';

const DAY_MS = 86_400_000;

/**
 * Removes folders named `<host>_<pid>_…` whose process is gone: what runs that were killed left behind. Those of other
 * machines, which may share the disk, go after a day.
 */
export async function sweep(temp: string): Promise<void> {
  for (const name of await listIfThere(temp)) {
    const [host = '', pid = ''] = name.split('_');
    const alive = isAlive(host, Number(pid));
    if (alive === false || (alive === undefined && (await ageMs(join(temp, name))) > DAY_MS))
      await rm(join(temp, name), { recursive: true, force: true });
  }
}

async function listIfThere(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function ageMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0, // Its owner removed it meanwhile.
  );
}
