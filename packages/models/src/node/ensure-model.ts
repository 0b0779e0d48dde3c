import { join } from 'node:path';
import { catalog } from '../catalog.ts';
import type { CatalogModel } from '../catalog-types.ts';
import { checkManifest } from '../check-manifest.ts';
import { findModel } from '../find-model.ts';
import { cacheFolder } from './cache-folder.ts';
import { withLock } from './lock.ts';
import { Pull, type PullOptions } from './pull.ts';

/** Options of {@link ensureModel}. */
export interface EnsureModelOptions extends PullOptions {
  /** @defaultValue {@link cacheFolder}`()` */
  cacheFolder?: string | undefined;
  /** Where ids are looked up. @defaultValue the SDK's catalog */
  models?: readonly CatalogModel[] | undefined;
}

/** A model on disk, every file verified. */
export interface ModelOnDisk {
  readonly folder: string;
  /** Absolute path of each file, by name. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Makes sure that a model lies in the cache: fetches what is missing or damaged, verifies it and moves it into place by
 * rename, so that no other process ever sees half a file. When all is there nothing is read but file sizes and dates.
 * Several processes may call it at once: one fetches, the others wait.
 *
 * @throws {RunAnywhereError} `model-unknown`; `model-corrupt` when a source has other bytes and no further one the right
 * ones; `model-unavailable` when none can be reached or has the file; `tool-missing`.
 */
export async function ensureModel(modelId: string, options: EnsureModelOptions = {}): Promise<ModelOnDisk> {
  const model = findModel(modelId, options.models ?? catalog);
  checkManifest(model);
  const cache = options.cacheFolder ?? cacheFolder();
  const pull = new Pull(model, cache, options);
  if ((await pull.missing()).length > 0)
    await withLock(join(cache, '.locks', model.id), () => pull.run(), options.signal);
  const folder = join(cache, model.id);
  return { folder, files: Object.fromEntries(model.files.map(({ name }) => [name, join(folder, name)])) };
}
