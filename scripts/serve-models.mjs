import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { extname, join, resolve, sep } from 'node:path';

const TYPES = { '.wasm': 'application/wasm', '.json': 'application/json' };

/** The folder that all checkouts share: `<modelId>/<fileName>` below it. */
export function modelsFolder(env = process.env) {
  return resolve(
    env.RUNANYWHERE_MODELS ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'runanywhere', 'models'),
  );
}

/** A Vite plugin that serves the shared models folder under `/models/`, whole files and single ranges. */
export function serveModels(folder = modelsFolder()) {
  return {
    name: 'serve-models',
    configureServer(server) {
      server.middlewares.use('/models', (request, response) => void answer(folder, request, response));
    },
    configurePreviewServer(server) {
      server.middlewares.use('/models', (request, response) => void answer(folder, request, response));
    },
  };
}

async function answer(folder, request, response) {
  const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
  const file = resolve(join(folder, path));
  const found = file.startsWith(folder + sep) ? await stat(file).catch(() => undefined) : undefined;
  if (!found?.isFile()) {
    response.writeHead(404).end();
    return;
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = range ? Number(range[1]) : 0;
  const end = Math.min(range?.[2] ? Number(range[2]) : found.size - 1, found.size - 1);
  if (range && start > end) {
    response.writeHead(416, { 'Content-Range': `bytes */${found.size}` }).end();
    return;
  }
  response.writeHead(range ? 206 : 200, {
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Length': Math.max(0, end - start + 1),
    'Accept-Ranges': 'bytes',
    // Models of the tests live where pages with and without cross-origin isolation can use them.
    'Cross-Origin-Resource-Policy': 'same-origin',
    ...(range && { 'Content-Range': `bytes ${start}-${end}/${found.size}` }),
  });
  if (request.method === 'HEAD' || found.size === 0) {
    response.end();
    return;
  }
  createReadStream(file, { start, end })
    .on('error', () => response.destroy())
    .pipe(response);
}
