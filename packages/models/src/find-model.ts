import { type ModelFile, type ModelManifest, RunAnywhereError } from '@runanywhere/core';
import { catalog } from './catalog.ts';
import type { CatalogModel } from './catalog-types.ts';

/**
 * An entry of the SDK's catalog.
 *
 * @throws {RunAnywhereError} `model-unknown`.
 */
export function findModel(modelId: string): CatalogModel;
/**
 * An entry of another list of models.
 *
 * @throws {RunAnywhereError} `model-unknown`.
 */
export function findModel<M extends ModelManifest>(modelId: string, models: readonly M[]): M;
/** @internal */
export function findModel(modelId: string, models: readonly ModelManifest[] = catalog): ModelManifest {
  const found = models.find(({ id }) => id === modelId);
  if (!found) throw new RunAnywhereError('model-unknown', { modelId });
  return found;
}

/**
 * One file of a model.
 *
 * @throws {RunAnywhereError} `model-unknown`.
 */
export function findFile<F extends ModelFile>(
  model: { readonly id: string; readonly files: readonly F[] },
  fileName: string,
): F {
  const found = model.files.find(({ name }) => name === fileName);
  if (!found) throw new RunAnywhereError('model-unknown', { modelId: model.id, file: fileName });
  return found;
}
