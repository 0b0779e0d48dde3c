import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RunAnywhereError } from '@runanywhere/core';
import type { PackageSource } from '../catalog-types.ts';
import { runTool } from './run-tool.ts';

/** How a package gets onto this machine. */
export interface FetchPackageOptions {
  signal?: AbortSignal | undefined;
  /** Bytes on disk so far, several times a second. */
  onBytes?: (loadedBytes: number) => void;
}

/** Fetches a package into `folder`, which is empty, and gives the archive's path. */
export type FetchPackage = (
  source: PackageSource,
  folder: string,
  options: FetchPackageOptions,
) => Promise<string>;

const WATCH_MS = 200;
const HOW_TO_INSTALL_PIP =
  'Install Python 3 with pip (Debian and Ubuntu: sudo apt install python3-pip; others: the installer of python.org), then try again.';
const HOW_TO_INSTALL_NPM = 'Install Node.js with npm, then try again.';

/**
 * Fetches a package with the ordinary client of its registry: `npm pack` or `pip download --no-deps`. Registry, proxy and
 * certificates are those the user has set up for these clients.
 *
 * @throws {RunAnywhereError} `tool-missing`.
 * @throws {Error} with what the client says when it fails.
 */
export const fetchPackage: FetchPackage = async (source, folder, options) => {
  const name = source.package;
  if (source.kind === 'npm') {
    const args = ['pack', `${name}@${source.version}`, '--pack-destination', folder, '--ignore-scripts'];
    // A cache of its own: npm writes what arrives there first, so its growth is the progress.
    await watched(folder, options, () =>
      runNpm([...args, '--loglevel=error', '--cache', join(folder, 'cache')], options.signal),
    );
  } else {
    const python = await findPip(options.signal);
    const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary', ':all:', '--no-cache-dir'];
    await watched(folder, options, () =>
      runTool(
        python,
        [...args, '--quiet', '--disable-pip-version-check', '-d', folder, `${name}==${source.version}`],
        options.signal,
        { TMPDIR: folder },
      ),
    );
  }
  const archive = (await readdir(folder)).find((file) => /\.(tgz|whl)$/.test(file));
  if (!archive) throw new Error(`the client left no archive of ${name}`);
  return join(folder, archive);
};

async function runNpm(args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  try {
    await runTool('npm', args, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new RunAnywhereError(
      'tool-missing',
      { tool: 'npm', install: HOW_TO_INSTALL_NPM },
      { cause: error },
    );
  }
}

async function findPip(signal?: AbortSignal): Promise<string> {
  for (const python of ['python3', 'python']) if (await hasPip(python, signal)) return python;
  const cause = await installPip(signal);
  if (await hasPip('python3', signal)) return 'python3';
  throw new RunAnywhereError('tool-missing', { tool: 'pip', install: HOW_TO_INSTALL_PIP }, { cause });
}

/** On Debian, as root. Gives what went wrong. */
async function installPip(signal: AbortSignal | undefined): Promise<unknown> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await runTool('apt-get', ['update'], signal, env);
    await runTool('apt-get', ['install', '-y', '--no-install-recommends', 'python3-pip'], signal, env);
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    return error;
  }
}

async function hasPip(python: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await runTool(python, ['-m', 'pip', '--version'], signal);
    return true;
  } catch {
    signal?.throwIfAborted();
    return false; // No such program, or a Python without pip.
  }
}

/** Reports how large the archive is while `work` runs. It never goes back: clients move what they have fetched. */
async function watched(
  folder: string,
  { onBytes }: FetchPackageOptions,
  work: () => Promise<void>,
): Promise<void> {
  let largestBytes = 0;
  const look = async (): Promise<void> => {
    largestBytes = Math.max(largestBytes, await archiveBytes(folder));
    onBytes?.(largestBytes);
  };
  const timer = setInterval(() => {
    look().catch(() => undefined); // A folder vanished between two looks: look again later.
  }, WATCH_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}

/** npm writes into its cache's `tmp` and pip into `pip-unpack-…`; both then copy the archive. The largest is it. */
async function archiveBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true });
  const sizes = entries
    .filter((name) => /_cacache[\\/]tmp[\\/]|\.(tgz|whl)$/.test(name))
    .map((name) =>
      stat(join(folder, name)).then(
        (facts) => facts.size,
        () => 0, // It was moved meanwhile.
      ),
    );
  return Math.max(0, ...(await Promise.all(sizes)));
}
