import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '@runanywhere/models/node';
import { mustRun } from '../../scripts/lib/process.mjs';

const PACKAGE = 'gguf==0.19.0';
const SCRIPT = fileURLToPath(new URL('./requantise.py', import.meta.url));
const MODEL = 'smollm2-135m-instruct-q4_1';

/**
 * The Q8_0 file made from the catalog's Q4_1 file, beside the models in the cache; made on first use, in seconds.
 *
 * @returns {Promise<{ folder: string, name: string }>}
 */
export async function ensureQ8File() {
  const name = 'SmolLM2-135M-Instruct.Q8_0.gguf';
  const folder = path.join(cacheFolder(), '..', 'requantised');
  const file = path.join(folder, name);
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    const source = path.join(cacheFolder(), MODEL, 'SmolLM2-135M-Instruct.Q4_1.gguf');
    const part = `${file}.${process.pid}.part`;
    const todo = 'Run `npx runanywhere models pull`, then try again.';
    await mustRun('The Q8_0 file could not be made', todo, await ensurePython(), [SCRIPT, source, part]);
    await rename(part, file);
  }
  return { folder, name };
}

async function ensurePython() {
  const folder = path.join(cacheFolder(), '..', 'venvs', PACKAGE.replace('==', '-'));
  const python =
    process.platform === 'win32'
      ? path.join(folder, 'Scripts', 'python.exe')
      : path.join(folder, 'bin', 'python');
  if (existsSync(python)) return python;
  const making = `${folder}.${process.pid}`;
  const todo = 'Install Python 3.9 or newer with venv, check that pip reaches its registry, then try again.';
  await mkdir(path.dirname(folder), { recursive: true });
  await mustRun('Python could not make an environment', todo, 'python3', ['-m', 'venv', making]);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGE];
  await mustRun(
    `${PACKAGE} could not be installed`,
    todo,
    path.join(making, path.relative(folder, python)),
    pip,
  );
  await rename(making, folder).catch(() => rm(making, { recursive: true, force: true })); // Another run was faster.
  return python;
}
