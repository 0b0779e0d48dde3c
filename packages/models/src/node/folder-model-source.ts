import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import type { LoadOptions, ModelManifest, ModelSource } from '@runanywhere/core';
import { catalog } from '../catalog.ts';
import { findFile, findModel } from '../find-model.ts';
import { cacheFolder } from './cache-folder.ts';
import { checkFile } from './check-file.ts';

/** Options of {@link FolderModelSource}. */
export interface FolderModelSourceOptions {
  /** Holds `<modelId>/<fileName>`. @defaultValue {@link cacheFolder}`()` */
  folder?: string;
  /** Which models there are. @defaultValue the SDK's catalog */
  manifests?: readonly ModelManifest[];
}

/** Models from a folder, for Node. Every byte is read and compared whenever a file is opened. */
export class FolderModelSource implements ModelSource {
  readonly #folder: string;
  readonly #manifests: readonly ModelManifest[];

  constructor(options: FolderModelSourceOptions = {}) {
    this.#folder = options.folder ?? cacheFolder();
    this.#manifests = options.manifests ?? catalog;
  }

  async open(modelId: string, fileName: string, options: LoadOptions = {}): Promise<Blob> {
    const file = findFile(findModel(modelId, this.#manifests), fileName);
    const path = join(this.#folder, modelId, fileName);
    options.signal?.throwIfAborted();
    await checkFile(path, modelId, file, options.signal);
    options.signal?.throwIfAborted();
    options.onProgress?.({ file: fileName, loadedBytes: file.sizeBytes, totalBytes: file.sizeBytes });
    return openAsBlob(path);
  }

  /** There is none: browsers and Node fetch no files. */
  urlOf(): undefined {
    return undefined;
  }
}
