import { gunzipSync, gzipSync } from 'node:zlib';
import { type LoadProgress, MODEL_CHUNK_BYTES, type ModelFile, type ModelManifest } from '@runanywhere/core';
import { describe, expect, test } from 'vitest';
import type { FileFacts } from './catalog-types.ts';
import { HttpModelSource } from './http-model-source.ts';
import {
  type Answer,
  beginRange,
  describeFile,
  type FaultyServer,
  noise,
  rangeStart,
  sha256,
  startServer,
} from './testing/faulty-server.ts';

const bytes = noise(2 * MODEL_CHUNK_BYTES + 1234);
const file = describeFile('weights.bin', bytes);
const other = noise(bytes.length, 2);

function manifest(one: ModelFile & FileFacts): ModelManifest {
  return { id: 'm', role: 'language', files: [one], licence: 'MIT', languages: 'any', memoryBytes: 1 };
}

async function serve(
  answer: Answer,
  one: ModelFile & FileFacts = file,
  options: { stallTimeoutMs?: number } = {},
): Promise<{ server: FaultyServer; source: HttpModelSource }> {
  const server = await startServer(answer);
  const source = new HttpModelSource({
    baseUrl: `${server.url}/models`,
    manifests: [manifest(one)],
    retryDelaysMs: [5, 5, 5],
    ...options,
  });
  return { server, source };
}

const whole: Answer = (request, response) => response.end(beginRange(request, response, bytes));

async function bytesOf(blob: Blob): Promise<string> {
  return sha256(new Uint8Array(await blob.arrayBuffer()));
}

describe('a server that works', () => {
  test('gives the file; progress counts verified chunks and is complete only at the end', async () => {
    const { server, source } = await serve(whole);
    const progress: LoadProgress[] = [];
    const blob = await source.open('m', 'weights.bin', { onProgress: (one) => progress.push(one) });
    expect(await bytesOf(blob)).toBe(file.sha256);
    expect(progress.map(({ loadedBytes }) => loadedBytes)).toEqual([
      MODEL_CHUNK_BYTES,
      2 * MODEL_CHUNK_BYTES,
      bytes.length,
    ]);
    expect(progress.every(({ totalBytes }) => totalBytes === bytes.length)).toBe(true);
    expect(source.urlOf('m', 'weights.bin')).toBe(`${server.url}/models/m/weights.bin`);
  });

  test('callers at the same time share one fetch, each with its own signal', async () => {
    const { server, source } = await serve(whole);
    const leaving = new AbortController();
    const first = source.open('m', 'weights.bin', { signal: leaving.signal });
    const second = source.open('m', 'weights.bin');
    const reason = new Error('enough');
    leaving.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(await bytesOf(await second)).toBe(file.sha256);
    expect(server.ranges).toHaveLength(1);
    await source.open('m', 'weights.bin');
    expect(server.ranges).toHaveLength(2);
  });

  test('when the last caller leaves, the transfer stops', async () => {
    let close = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    const { source } = await serve((request, response) => {
      response.on('close', close);
      response.write(beginRange(request, response, bytes).subarray(0, 1000));
    });
    const leaving = new AbortController();
    const opening = source.open('m', 'weights.bin', { signal: leaving.signal });
    setTimeout(() => leaving.abort(), 30);
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
    await closed;
  });
});

describe('a server that cuts the body', () => {
  const cutAt = MODEL_CHUNK_BYTES + 777_777;
  const cuts: [string, Answer][] = [
    [
      'with a Content-Length',
      (request, response) => {
        const rest = beginRange(request, response, bytes);
        if (rangeStart(request) > 0) response.end(rest);
        else response.write(rest.subarray(0, cutAt), () => setTimeout(() => response.destroy(), 100));
      },
    ],
    [
      'in chunks',
      (request, response) => {
        if (rangeStart(request) > 0) return response.end(beginRange(request, response, bytes));
        return response.write(bytes.subarray(0, cutAt), () => setTimeout(() => response.destroy(), 100));
      },
    ],
    [
      'with nothing that tells where the end should be',
      (request, response) => {
        if (rangeStart(request) > 0) return response.end(beginRange(request, response, bytes));
        response.useChunkedEncodingByDefault = false;
        response.shouldKeepAlive = false;
        return response.end(bytes.subarray(0, cutAt));
      },
    ],
  ];

  test.each(cuts)('%s: goes on by Range where it stopped', async (_how, answer) => {
    const { server, source } = await serve(answer);
    expect(await bytesOf(await source.open('m', 'weights.bin'))).toBe(file.sha256);
    expect(server.ranges).toEqual(['', `bytes=${cutAt}-`]);
  });

  test('and ignores Range: reads from the start, verified chunks are not taken twice', async () => {
    const { server, source } = await serve((_request, response, attempt) => {
      response.writeHead(200, { 'content-length': bytes.length });
      if (attempt > 0) response.end(bytes);
      else response.write(bytes.subarray(0, cutAt), () => setTimeout(() => response.destroy(), 100));
    });
    const seen: number[] = [];
    const onProgress = ({ loadedBytes }: LoadProgress): number => seen.push(loadedBytes);
    expect(await bytesOf(await source.open('m', 'weights.bin', { onProgress }))).toBe(file.sha256);
    expect(server.ranges).toHaveLength(2);
    expect(seen).toEqual([MODEL_CHUNK_BYTES, 2 * MODEL_CHUNK_BYTES, bytes.length]);
  });

  test('and answers 416: asks again without Range', async () => {
    const { server, source } = await serve((request, response, attempt) => {
      if (attempt === 1) return response.writeHead(416).end();
      const rest = beginRange(request, response, bytes);
      if (attempt === 2) return response.end(rest);
      return response.write(rest.subarray(0, cutAt), () => setTimeout(() => response.destroy(), 100));
    });
    expect(await bytesOf(await source.open('m', 'weights.bin'))).toBe(file.sha256);
    expect(server.ranges).toEqual(['', `bytes=${cutAt}-`, '']);
  });

  test('and has another version meanwhile: the two are never mixed', async () => {
    const { server, source } = await serve((request, response, attempt) => {
      const rest = beginRange(request, response, attempt === 1 ? other : bytes, { etag: `"${attempt % 2}"` });
      if (attempt > 0) response.end(rest);
      else response.write(rest.subarray(0, cutAt), () => setTimeout(() => response.destroy(), 100));
    });
    expect(await bytesOf(await source.open('m', 'weights.bin'))).toBe(file.sha256);
    expect(server.ranges).toEqual(['', `bytes=${cutAt}-`, '']);
  });

  test('again and again without a new chunk: gives up and says so', async () => {
    const { server, source } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 100), () => setTimeout(() => response.destroy(), 20));
    });
    await expect(source.open('m', 'weights.bin')).rejects.toMatchObject({
      code: 'model-unavailable',
      details: { modelId: 'm', file: 'weights.bin', reason: expect.stringContaining('broke off') },
    });
    expect(server.ranges).toHaveLength(4);
  });

  test('by sending nothing more: goes on after the stall limit', async () => {
    const { server, source } = await serve(
      (request, response) => {
        const rest = beginRange(request, response, bytes);
        if (rangeStart(request) > 0) response.end(rest);
        else response.write(rest.subarray(0, cutAt));
      },
      file,
      { stallTimeoutMs: 300 },
    );
    expect(await bytesOf(await source.open('m', 'weights.bin'))).toBe(file.sha256);
    expect(server.ranges).toEqual(['', `bytes=${cutAt}-`]);
  });
});

describe('a server that has something else', () => {
  test('404: names the address', async () => {
    const { server, source } = await serve((_request, response) => response.writeHead(404).end('not here'));
    await expect(source.open('m', 'weights.bin')).rejects.toMatchObject({
      code: 'model-missing',
      details: { location: `${server.url}/models/m/weights.bin` },
    });
    expect(server.ranges).toHaveLength(1);
  });

  test.each([
    ['text/html; charset=utf-8', 100],
    ['application/octet-stream', 100],
    ['application/octet-stream', 3 * MODEL_CHUNK_BYTES],
  ])('a web page with status 200, as %s with %i bytes', async (type, length) => {
    const page = `<!doctype html><title>Sign in</title>${' '.repeat(length)}`;
    const { source } = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': type }).end(page),
    );
    await expect(source.open('m', 'weights.bin')).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('web page'),
    });
  });

  test('other bytes: names both digests and the place, after a second try', async () => {
    const wrong = bytes.slice();
    wrong.set([(wrong[MODEL_CHUNK_BYTES + 5] ?? 0) ^ 1], MODEL_CHUNK_BYTES + 5);
    const { server, source } = await serve((request, response) =>
      response.end(beginRange(request, response, wrong)),
    );
    const expectedSha256 = file.chunkSha256[1] ?? '';
    const actualSha256 = sha256(wrong.subarray(MODEL_CHUNK_BYTES, 2 * MODEL_CHUNK_BYTES));
    const failed = source.open('m', 'weights.bin');
    await expect(failed).rejects.toMatchObject({
      code: 'model-corrupt',
      details: { expectedSha256, actualSha256, bytes: '4194304–8388607' },
    });
    await expect(failed).rejects.toThrow(expectedSha256);
    await expect(failed).rejects.toThrow(actualSha256);
    expect(server.ranges).toEqual(['', '']);
  });

  test('wrong bytes once, right bytes then: nobody notices', async () => {
    const { source } = await serve((request, response, attempt) =>
      response.end(beginRange(request, response, attempt === 0 ? other : bytes)),
    );
    expect(await bytesOf(await source.open('m', 'weights.bin'))).toBe(file.sha256);
  });

  test('a small file of other size: both digests are those of the whole files', async () => {
    const small = describeFile('small.json', bytes.subarray(0, 100));
    const { source } = await serve((_request, response) => response.end(other.subarray(0, 90)), small);
    await expect(source.open('m', 'small.json')).rejects.toMatchObject({
      code: 'model-corrupt',
      details: { expectedSha256: small.sha256, actualSha256: sha256(other.subarray(0, 90)) },
    });
  });

  test('a huge file instead of ours is refused after one chunk', async () => {
    let sentBytes = 0;
    const { source } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 4_000_000_000 });
      const piece = new Uint8Array(65_536);
      const send = (): void => {
        sentBytes += piece.length;
        if (!response.destroyed) response.write(piece, send);
      };
      send();
    });
    await expect(source.open('m', 'weights.bin')).rejects.toMatchObject({ code: 'model-corrupt' });
    expect(sentBytes).toBeLessThan(4 * MODEL_CHUNK_BYTES);
  });

  test('a file that ends early: refused, also when what is there is right', async () => {
    const { source } = await serve((request, response) =>
      response.end(beginRange(request, response, bytes.subarray(0, 2 * MODEL_CHUNK_BYTES))),
    );
    await expect(source.open('m', 'weights.bin')).rejects.toMatchObject({
      code: 'model-corrupt',
      message: expect.stringContaining(`${2 * MODEL_CHUNK_BYTES} bytes instead of ${bytes.length}`),
    });
  });

  test('status 503 first: tries again', async () => {
    const { server, source } = await serve((request, response, attempt) =>
      attempt === 0 ? response.writeHead(503).end() : whole(request, response, attempt),
    );
    expect(await bytesOf(await source.open('m', 'weights.bin'))).toBe(file.sha256);
    expect(server.ranges).toHaveLength(2);
  });

  test('status 403: says so at once', async () => {
    const { server, source } = await serve((_request, response) => response.writeHead(403).end());
    await expect(source.open('m', 'weights.bin')).rejects.toMatchObject({
      code: 'model-unavailable',
      details: { reason: expect.stringContaining('403') },
    });
    expect(server.ranges).toHaveLength(1);
  });
});

test('no server: model-unavailable', async () => {
  const { server } = await serve(whole);
  const source = new HttpModelSource({
    baseUrl: server.url.replace(/\d+$/, '1'), // Nobody listens on port 1.
    manifests: [manifest(file)],
    retryDelaysMs: [1],
  });
  await expect(source.open('m', 'weights.bin')).rejects.toMatchObject({ code: 'model-unavailable' });
});

describe('Content-Encoding: gzip', () => {
  const text = new TextEncoder().encode(JSON.stringify(Array.from(bytes.subarray(0, 2_000_000))));
  const gzipped = gzipSync(text);
  const lexicon = {
    ...describeFile('lexicon.json.gz', gzipped),
    decoded: describeFile('lexicon.json', text),
  };

  test('on a .gz file, which the browser then decompresses: verified by its content, opened as gzip', async () => {
    const { source } = await serve(
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipped),
      lexicon,
    );
    const seen: number[] = [];
    const onProgress = ({ loadedBytes }: LoadProgress): number => seen.push(loadedBytes);
    const blob = await source.open('m', 'lexicon.json.gz', { onProgress });
    const content = gunzipSync(new Uint8Array(await blob.arrayBuffer()));
    expect(sha256(content)).toBe(lexicon.decoded.sha256);
    expect(seen).toHaveLength(lexicon.decoded.chunkSha256.length);
    expect(seen.slice(0, -1).every((loaded) => loaded < gzipped.length)).toBe(true);
    expect(seen.at(-1)).toBe(gzipped.length);
  });

  test('on a .gz file with other content: refused', async () => {
    const wrong = gzipSync(text.map((byte) => byte ^ 1));
    const { source } = await serve(
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(wrong),
      lexicon,
    );
    await expect(source.open('m', 'lexicon.json.gz')).rejects.toMatchObject({ code: 'model-corrupt' });
  });

  test('on any file, its Content-Length being that of the transfer: no obstacle', async () => {
    const plain = describeFile('tokens.json', text);
    const { source } = await serve(
      (_request, response) =>
        response
          .writeHead(200, { 'content-encoding': 'gzip', 'content-length': gzipped.length })
          .end(gzipped),
      plain,
    );
    expect(await bytesOf(await source.open('m', 'tokens.json'))).toBe(plain.sha256);
  });
});

describe('names and addresses', () => {
  const source = new HttpModelSource({ baseUrl: 'https://models.example/v1' });

  test.each([
    ['../silero-v6', 'silero_vad_v6.onnx'],
    ['silero-v6', '../../secret'],
    ['no-such-model', 'x'],
  ])('%s / %s is unknown', async (modelId, fileName) => {
    await expect(source.open(modelId, fileName)).rejects.toMatchObject({ code: 'model-unknown' });
    expect(() => source.urlOf(modelId, fileName)).toThrow('The catalog has no');
  });

  test.each([
    ['an id with path parts', { ...manifest(file), id: '../m' }],
    ['an id that is a hidden folder', { ...manifest(file), id: '..' }],
    ['a file name with path parts', manifest({ ...file, name: 'a/b' })],
    ['a huge size', manifest({ ...file, sizeBytes: 2 ** 60 })],
    ['too few digests', manifest({ ...file, chunkSha256: file.chunkSha256.slice(1) })],
    ['a digest that is none', manifest({ ...file, sha256: 'f'.repeat(63) })],
  ])('a manifest with %s is refused', (_what, bad) => {
    expect(() => new HttpModelSource({ baseUrl: 'https://x.example', manifests: [bad] })).toThrow(
      expect.objectContaining({ code: 'invalid-options' }),
    );
  });

  test.each(['models', '/models', 'file:///models', 'blob:x'])('%s is no base address in Node', (baseUrl) => {
    expect(() => new HttpModelSource({ baseUrl })).toThrow(
      expect.objectContaining({ code: 'invalid-options' }),
    );
  });

  test('keeps folders of the base address, with or without a slash at its end', () => {
    const expected = 'https://models.example/v1/silero-v6/silero_vad_v6.onnx';
    expect(source.urlOf('silero-v6', 'silero_vad_v6.onnx')).toBe(expected);
    const slashed = new HttpModelSource({ baseUrl: 'https://models.example/v1/' });
    expect(slashed.urlOf('silero-v6', 'silero_vad_v6.onnx')).toBe(expected);
  });
});
