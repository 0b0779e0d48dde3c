import { join } from 'node:path';
import { isRunAnywhereError, type RunAnywhereError } from '@runanywhere/core';
import { catalog } from '../catalog.ts';
import type { CatalogModel } from '../catalog-types.ts';
import { findModel } from '../find-model.ts';
import { cacheFolder } from './cache-folder.ts';
import { checkFile } from './check-file.ts';

/** Options of {@link verifyModel}. */
export interface VerifyModelOptions {
  signal?: AbortSignal | undefined;
  /** Holds `<modelId>/<fileName>`. @defaultValue {@link cacheFolder}`()` */
  folder?: string | undefined;
  /** Where ids are looked up. @defaultValue the SDK's catalog */
  models?: readonly CatalogModel[] | undefined;
}

/** What reading one file showed. */
export interface FileVerdict {
  readonly file: string;
  readonly sizeBytes: number;
  /** `model-missing` or `model-corrupt`; `undefined` when every byte is right. */
  readonly error: RunAnywhereError | undefined;
}

/**
 * Reads every byte of a model's files, stamps or not, and says of each whether it is right.
 *
 * @throws {RunAnywhereError} `model-unknown`.
 */
export async function verifyModel(modelId: string, options: VerifyModelOptions = {}): Promise<FileVerdict[]> {
  const model = findModel(modelId, options.models ?? catalog);
  const folder = join(options.folder ?? cacheFolder(), modelId);
  const verdicts: FileVerdict[] = [];
  for (const file of model.files) {
    const error = await checkFile(join(folder, file.name), modelId, file, options.signal).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error !== undefined && !isRunAnywhereError(error)) throw error; // Aborted, or the disk failed.
    verdicts.push({ file: file.name, sizeBytes: file.sizeBytes, error });
  }
  return verdicts;
}
