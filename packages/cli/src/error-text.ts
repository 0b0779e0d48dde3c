import { isRunAnywhereError } from '@runanywhere/core';

/** Code, message and facts of an error. */
export function errorAsJson(error: unknown): unknown {
  if (!isRunAnywhereError(error)) return { message: messageOf(error) };
  return { code: error.code, message: error.message, details: error.details };
}

/** What a person is told of an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
