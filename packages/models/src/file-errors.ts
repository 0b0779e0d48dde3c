import { RunAnywhereError } from '@runanywhere/core';

/** The errors about one file at one address. */
export class FileErrors {
  readonly #modelId: string;
  readonly #file: string;
  readonly #url: string;

  constructor(modelId: string, file: string, url: string) {
    this.#modelId = modelId;
    this.#file = file;
    this.#url = url;
  }

  missing(because: string): RunAnywhereError<'model-missing'> {
    const location = `${this.#url}${because}`;
    return new RunAnywhereError('model-missing', { modelId: this.#modelId, file: this.#file, location });
  }

  unavailable(reason: string, cause?: unknown): RunAnywhereError<'model-unavailable'> {
    const details = { modelId: this.#modelId, file: this.#file, reason: `${reason} (${this.#url})` };
    return new RunAnywhereError('model-unavailable', details, { cause });
  }

  /** @param bytes which bytes the digests are of; `false` for the whole file. */
  corrupt(
    actualSha256: string,
    expectedSha256: string,
    bytes: string | false,
  ): RunAnywhereError<'model-corrupt'> {
    return new RunAnywhereError('model-corrupt', {
      modelId: this.#modelId,
      file: this.#file,
      expectedSha256,
      actualSha256,
      ...(bytes && { bytes }),
    });
  }
}
