import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

const CONTENT_TYPES = /** @type {Record<string, string>} */ ({
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
});

/** With these a page is cross-origin isolated: shared memory and threads. */
export const ISOLATION_HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/**
 * What a test may do to a request before the file is read. `true` means that it has answered.
 *
 * @typedef {(request: http.IncomingMessage, response: http.ServerResponse, pathname: string) => Promise<boolean> | boolean} Intercept
 */

/**
 * Serves folders on 127.0.0.1, with Range. Nothing outside the folders is reachable.
 *
 * @param {object} options
 * @param {Record<string, string>} options.folders URL prefix, such as `/models/`, to folder.
 * @param {number} [options.port] 0 takes any free port.
 * @param {Record<string, string>} [options.headers] Added to every answer.
 * @param {Intercept} [options.intercept]
 * @returns {Promise<{ origin: string, close: () => Promise<void> }>}
 */
export async function serveStatic({ folders, port = 0, headers = {}, intercept }) {
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);

  /** @param {string} pathname */
  const fileOf = (pathname) => {
    const prefix = prefixes.find((candidate) => pathname.startsWith(candidate));
    if (!prefix) return undefined;
    const folder = path.resolve(folders[prefix] ?? '');
    const file = path.resolve(folder, `./${pathname.slice(prefix.length)}`);
    return file === folder || file.startsWith(folder + path.sep) ? file : undefined;
  };

  const server = http.createServer(async (request, response) => {
    try {
      const pathname = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      if (await intercept?.(request, response, pathname)) return;
      const file = fileOf(pathname.endsWith('/') ? `${pathname}index.html` : pathname);
      const info = file ? await stat(file).catch(() => undefined) : undefined;
      if (!file || !info?.isFile())
        return void response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
      sendFile(request, response, file, info);
    } catch {
      // A path that cannot be decoded, or a client that went away.
      if (!response.headersSent) response.writeHead(400);
      response.end();
    }
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    origin: `http://localhost:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {http.IncomingMessage} request
 * @param {http.ServerResponse} response
 * @param {string} file
 * @param {import('node:fs').Stats} info
 */
function sendFile(request, response, file, info) {
  const etag = `"${info.size.toString(16)}-${Math.round(info.mtimeMs).toString(16)}"`;
  response.setHeader('content-type', CONTENT_TYPES[path.extname(file)] ?? 'application/octet-stream');
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('etag', etag);
  response.setHeader('cache-control', 'no-cache');
  if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();

  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const from = range ? Number(range[1]) : 0;
  const to = range?.[2] ? Math.min(Number(range[2]), info.size - 1) : info.size - 1;
  if (range && (from >= info.size || from > to)) {
    return void response.writeHead(416, { 'content-range': `bytes */${info.size}` }).end();
  }
  if (range) response.setHeader('content-range', `bytes ${from}-${to}/${info.size}`);
  response.writeHead(range ? 206 : 200, { 'content-length': to - from + 1 });
  if (request.method === 'HEAD' || info.size === 0) return void response.end();
  const stream = createReadStream(file, { start: from, end: to });
  stream.on('error', () => response.destroy());
  response.on('close', () => stream.destroy());
  stream.pipe(response);
}
