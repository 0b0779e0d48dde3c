import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '@runanywhere/models/node';
import { mustRun } from '../../scripts/lib/process.mjs';

/** Other libraries, as published. They are fetched when a benchmark runs and never linked. */
const PACKAGES = {
  moonshine: '@moonshine-ai/moonshine-js@0.1.29',
  'moonshine-vad': '@ricky0123/vad-web@0.0.24',
  'moonshine-ort': 'onnxruntime-web@1.22.0',
  'vad-web': '@ricky0123/vad-web@0.0.31',
  'vad-web-ort': 'onnxruntime-web@1.30.0',
};

/**
 * Folders with the `dist` of each peer, fetched with npm on first use.
 *
 * @returns {Promise<Record<keyof typeof PACKAGES, string>>}
 */
export async function ensurePeers() {
  const cache = path.join(cacheFolder(), '..', 'peers');
  await mkdir(cache, { recursive: true });
  /** @type {Record<string, string>} */
  const folders = {};
  for (const [name, specifier] of Object.entries(PACKAGES)) {
    const folder = path.join(cache, specifier.replace('/', '-'));
    folders[name] = path.join(folder, 'package', 'dist');
    if (existsSync(folder)) continue;
    console.error(`fetching ${specifier}`);
    const temporary = await mkdtemp(path.join(cache, 'new-'));
    const todo = 'Check that npm reaches its registry, then run this again.';
    await mustRun(`${specifier} could not be fetched`, todo, 'npm', [
      'pack',
      specifier,
      '--pack-destination',
      temporary,
    ]);
    await mustRun(`${specifier} could not be unpacked`, todo, 'sh', [
      '-c',
      'cd "$1" && tar -xzf *.tgz && rm *.tgz',
      'sh',
      temporary,
    ]);
    await rename(temporary, folder).catch(() => rm(temporary, { recursive: true, force: true })); // Another run was faster.
  }
  return /** @type {Record<keyof typeof PACKAGES, string>} */ (folders);
}
