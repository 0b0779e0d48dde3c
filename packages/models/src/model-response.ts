import type { ModelFile } from '@runanywhere/core';

/** What a server's answer says about itself before its body is read. */
export interface AnswerFacts {
  /** Position in the file of the body's first byte; `undefined` when the answer is no part that was asked for. */
  readonly startsAt: number | undefined;
  /** The file's size as the server sees it; `undefined` when it does not say or when it may be the size of a compressed transfer. */
  readonly sizeBytes: number | undefined;
  /** Compressed on its way: positions asked for by Range would count other bytes. */
  readonly encoded: boolean;
  /** Names this version of the file. */
  readonly etag: string | undefined;
}

/** Reads the headers of an answer to a request that began at `from`. */
export function readAnswer(response: Response, from: number): AnswerFacts {
  const { headers, status } = response;
  const encoding = headers.get('content-encoding');
  const encoded = encoding !== null && encoding !== 'identity';
  const etag = headers.get('etag') ?? undefined;
  if (status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
    // Another origin's Content-Range cannot be read unless it allows that: the digests will tell.
    if (!range) return { startsAt: from, sizeBytes: undefined, encoded, etag };
    const startsAt = Number(range[1]) === from ? from : undefined;
    return { startsAt, sizeBytes: range[2] === '*' ? undefined : Number(range[2]), encoded, etag };
  }
  const length = headers.get('content-length');
  // Another origin's Content-Encoding cannot be read either, so its Content-Length may be that of compressed bytes.
  const trusted = length !== null && !encoded && response.type !== 'cors';
  return { startsAt: 0, sizeBytes: trusted ? Number(length) : undefined, encoded, etag };
}

/**
 * Whether an answer is a web page where a model file should be: what captive portals and the fallback route of
 * development servers send, with status 200.
 */
export function isWebPage(response: Response, file: ModelFile): boolean {
  return (
    !/\.html?$/.test(file.name) &&
    /^(text\/html|application\/xhtml)/i.test(response.headers.get('content-type') ?? '')
  );
}

/** Whether bytes begin as a web page does, for servers that call everything `application/octet-stream`. */
export function looksLikeWebPage(bytes: Uint8Array): boolean {
  return /^\s*<(!doctype|html)/i.test(new TextDecoder().decode(bytes.subarray(0, 64)));
}
