import type { LoadOptions } from '../engine.ts';
import { RunAnywhereError } from '../errors.ts';
import type { ModelSource } from '../model-source.ts';

/** A source over bytes at hand, for tests: `new MemoryModelSource({ tiny: { 'model.bin': new Blob([...]) } })`. */
export class MemoryModelSource implements ModelSource {
  readonly #models: Readonly<Record<string, Readonly<Record<string, Blob>>>>;

  constructor(models: Readonly<Record<string, Readonly<Record<string, Blob>>>>) {
    this.#models = models;
  }

  async open(modelId: string, fileName: string, options: LoadOptions = {}): Promise<Blob> {
    options.signal?.throwIfAborted();
    const files = this.#models[modelId];
    if (!files) throw new RunAnywhereError('model-unknown', { modelId });
    const blob = files[fileName];
    if (!blob) throw new RunAnywhereError('model-unknown', { modelId, file: fileName });
    options.onProgress?.({ file: fileName, loadedBytes: blob.size, totalBytes: blob.size });
    return blob;
  }

  urlOf(): undefined {
    return undefined;
  }
}
