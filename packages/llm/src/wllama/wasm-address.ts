import { RunAnywhereError } from '@runanywhere/core';

/** The catalog's name for wllama's WASM file: it is verified like a model. */
export const WLLAMA_ID = 'wllama-3.8.1';

/** The file in {@link WLLAMA_ID}. */
export const WLLAMA_WASM = 'wllama.wasm';

/** An address that wllama can fetch its WASM from. */
export interface WasmAddress {
  readonly url: string;
  /** Call it when nothing fetches from the address any more. */
  release(): void;
}

/**
 * Makes sure that wllama will find its WASM file: given an address that answers anything else, it waits for ever.
 *
 * @param verified the file's bytes, for a source without addresses: they get a `blob:` one, which a
 * Content-Security-Policy may refuse.
 * @param url where the page serves the same file.
 * @throws {RunAnywhereError} `model-missing` when something else is at the address, `model-unavailable`.
 */
export async function findWasm(
  verified: Blob,
  url: string | undefined,
  signal: AbortSignal,
): Promise<WasmAddress> {
  const address = addressOf(verified, url);
  try {
    await requireWasm(address.url, signal);
  } catch (error) {
    address.release();
    throw error;
  }
  return address;
}

function addressOf(verified: Blob, url: string | undefined): WasmAddress {
  if (url !== undefined)
    return { url: new URL(url, globalThis.location?.href).href, release: () => undefined };
  const blobUrl = URL.createObjectURL(new Blob([verified], { type: 'application/wasm' }));
  return { url: blobUrl, release: () => URL.revokeObjectURL(blobUrl) };
}

async function requireWasm(url: string, signal: AbortSignal): Promise<void> {
  const file = { modelId: WLLAMA_ID, file: WLLAMA_WASM };
  let response: Response;
  let start: Uint8Array;
  try {
    response = await fetch(url, { signal });
    start = await firstBytes(response);
  } catch (cause) {
    signal.throwIfAborted();
    throw new RunAnywhereError('model-unavailable', { ...file, reason: `${url} does not answer` }, { cause });
  }
  // A server that answers unknown addresses with its start page says 200 as well, so the status alone proves nothing.
  const isWasm = start[0] === 0 && start[1] === 0x61 && start[2] === 0x73 && start[3] === 0x6d;
  if (!response.ok || !isWasm) throw new RunAnywhereError('model-missing', { ...file, location: url });
}

async function firstBytes(response: Response): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return value ?? new Uint8Array();
}
