import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { catalog } from '../catalog.ts';
import { findFile, findModel } from '../find-model.ts';
import { checkFile } from './check-file.ts';
import { type EnsureModelOptions, ensureModel } from './ensure-model.ts';

/** One file that {@link copyModels} has seen to. */
export interface CopiedFile {
  readonly modelId: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** `'kept'`: it was there already, with the right bytes. */
  readonly action: 'linked' | 'copied' | 'kept';
}

/**
 * Lays models into a folder that a web server serves, as `<to>/<modelId>/<fileName>`, licences included. What the cache
 * lacks is fetched first. On the same disk files are hard-linked and take no further space. Each appears at once, whole.
 *
 * @throws {RunAnywhereError} what {@link ensureModel} throws.
 */
export async function copyModels(
  modelIds: readonly string[],
  to: string,
  options: EnsureModelOptions = {},
): Promise<CopiedFile[]> {
  const copied: CopiedFile[] = [];
  for (const modelId of modelIds) {
    const model = findModel(modelId, options.models ?? catalog);
    const { files } = await ensureModel(modelId, options);
    for (const [name, from] of Object.entries(files)) {
      const file = findFile(model, name);
      const path = join(to, modelId, name);
      const isThere = await checkFile(path, modelId, file, options.signal).then(
        () => true,
        () => false, // Missing or damaged: laid anew.
      );
      options.signal?.throwIfAborted();
      const action = isThere ? 'kept' : await lay(from, path);
      copied.push({ modelId, path, sizeBytes: file.sizeBytes, action });
    }
  }
  return copied;
}

async function lay(from: string, to: string): Promise<'linked' | 'copied'> {
  await mkdir(dirname(to), { recursive: true });
  const temp = join(dirname(to), `.${randomUUID()}.part`);
  try {
    const action = await linkOrCopy(from, temp);
    await rename(temp, to);
    return action;
  } finally {
    // Renaming one link of a file to another link of it does nothing, and the first stays.
    await rm(temp, { force: true });
  }
}

async function linkOrCopy(from: string, to: string): Promise<'linked' | 'copied'> {
  try {
    await link(from, to);
    return 'linked';
  } catch {
    // Another disk, or one without hard links.
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    return 'copied';
  }
}
