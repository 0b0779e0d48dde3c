import { RunAnywhereError } from '@runanywhere/core';

/**
 * The error for a model that cannot be served here; another engine may.
 *
 * @param what part of the model, for example `'the tokenizer "t5"'`.
 */
export function unsupported(what: string, options?: ErrorOptions): RunAnywhereError<'model-unsupported'> {
  return new RunAnywhereError('model-unsupported', { what }, options);
}
