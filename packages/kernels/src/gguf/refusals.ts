import { RunAnywhereError } from '@runanywhere/core';

/** Why a file is refused, as the SDK's errors. */
export class Refusals {
  readonly #model: { readonly modelId?: string };

  /** @param modelId named in the errors. */
  constructor(modelId: string | undefined) {
    this.#model = modelId === undefined ? {} : { modelId };
  }

  /** The file is broken, or made to break its reader. */
  invalid(reason: string, cause?: unknown): RunAnywhereError<'model-invalid'> {
    return new RunAnywhereError(
      'model-invalid',
      { ...this.#model, reason },
      cause === undefined ? {} : { cause },
    );
  }

  /** The file may be right, and something in it is not known here. */
  unsupported(what: string): RunAnywhereError<'model-unsupported'> {
    return new RunAnywhereError('model-unsupported', { ...this.#model, what });
  }
}

/** A name out of a file, fit for a message: printable ASCII, at most 60 characters. */
export function quoted(name: string): string {
  const cut = name.length > 60 ? `${name.slice(0, 57)}...` : name;
  return `"${cut.replace(/[^ -~]|"/g, '?')}"`;
}
