import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MODEL_CHUNK_BYTES, type ModelFile } from '@runanywhere/core';
import { onTestFinished } from 'vitest';

/** Answers one request. `attempt` counts from 0. */
export type Answer = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

/** A web server on this machine that does what the test wants; closed when the test ends. */
export interface FaultyServer {
  readonly url: string;
  /** The `Range` header of each request so far, `''` where there was none. */
  readonly ranges: string[];
}

/** Starts one on a free port. */
export async function startServer(answer: Answer): Promise<FaultyServer> {
  const ranges: string[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range ?? '');
    answer(request, response, ranges.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ranges };
}

/** Where a request wants to begin. */
export function rangeStart(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
}

/** A well-behaved server's headers and status for the rest of `bytes`. */
export function beginRange(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  headers: Record<string, string> = {},
): Uint8Array {
  const from = rangeStart(request);
  const range = from > 0 && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from, ...range, ...headers });
  return bytes.subarray(from);
}

/** Bytes that no compressor shortens, the same in every run. */
export function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Lower-case hex SHA-256. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What a manifest says about these bytes. */
export function describeFile(name: string, bytes: Uint8Array): ModelFile {
  const chunkSha256: string[] = [];
  for (let at = 0; at < bytes.length; at += MODEL_CHUNK_BYTES)
    chunkSha256.push(sha256(bytes.subarray(at, at + MODEL_CHUNK_BYTES)));
  return { name, sizeBytes: bytes.length, sha256: sha256(bytes), chunkSha256 };
}
