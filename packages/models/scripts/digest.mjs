// Writes src/file-facts.ts: size and digests of every catalog file, read from a models folder on disk.
//   node packages/models/scripts/digest.mjs FOLDER        (layout <modelId>/<fileName>; every file in it is taken)
// To add a model: put its files into a folder of that layout, compare their SHA-256 with what their maker publishes, run this.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const CHUNK_BYTES = 4 * 1024 * 1024;
const folder = process.argv[2];
if (!folder) throw new Error('Usage: node packages/models/scripts/digest.mjs FOLDER');

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

function facts(bytes) {
  const chunkSha256 = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
    chunkSha256.push(sha256(bytes.subarray(at, at + CHUNK_BYTES)));
  return { sizeBytes: bytes.length, sha256: sha256(bytes), chunkSha256 };
}

const all = {};
for (const id of (await readdir(folder)).filter((name) => !name.startsWith('.')).sort()) {
  all[id] = {};
  for (const name of (await readdir(join(folder, id))).filter((name) => !name.startsWith('.')).sort()) {
    const bytes = await readFile(join(folder, id, name));
    const gzipped = name.endsWith('.gz') && { decoded: facts(gunzipSync(bytes)) };
    all[id][name] = { ...facts(bytes), ...gzipped };
  }
}

const target = new URL('../src/file-facts.ts', import.meta.url);
await writeFile(
  target,
  `import type { FileFacts } from './catalog-types.ts';

/** Size and digests by model and file. Written by scripts/digest.mjs from the files themselves; do not edit by hand. */
export const FILE_FACTS: Readonly<Record<string, Readonly<Record<string, FileFacts>>>> = ${JSON.stringify(all, null, 2)};
`,
);
