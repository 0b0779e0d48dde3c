import { RunAnywhereError } from '@runanywhere/core';

/**
 * Lower-case hex SHA-256 of bytes in memory.
 *
 * @throws {RunAnywhereError} `insecure-context`: pages that are neither https nor localhost have no WebCrypto.
 */
export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle)
    throw new RunAnywhereError('insecure-context', { origin: globalThis.location?.origin ?? 'this page' });
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
