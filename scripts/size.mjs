import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, minifySync } from 'vite';
import { ensureNodeModules } from './lib/install.mjs';
import { mustRun, root, runMain } from './lib/process.mjs';

/** What each entry may weigh, minified and gzipped, in bytes (1 kB = 1,000 bytes). */
export const BUDGETS = [
  {
    name: 'page before the first click',
    what: 'createVoiceSession bundled by Vite: core and the page side of voice, audio and workers; chunks that load later are not counted',
    weigh: () => weighPage("export { createVoiceSession } from '@runanywhere/voice/browser';"),
    budgetBytes: 12_000,
  },
  { name: 'core', what: 'its main entry as it ships', weigh: () => weighEntry('core'), budgetBytes: 3_290 },
  {
    name: 'workers',
    what: 'its main entry as it ships: the page side, other packages not counted',
    weigh: () => weighEntry('workers'),
    budgetBytes: 1_890,
  },
];

/**
 * The main entry of a built package with the files of its own that it imports at once.
 *
 * @param {string} name
 */
function weighEntry(name) {
  const files = [path.join(root, 'packages', name, 'dist/index.js')];
  for (const file of files) {
    for (const [, relative = ''] of readFileSync(file, 'utf8').matchAll(/\bfrom\s*["'](\.[^"']+)["']/g)) {
      const next = path.resolve(path.dirname(file), relative);
      if (!files.includes(next)) files.push(next);
    }
  }
  return files.reduce(
    (sum, file) => sum + gzipped(minifySync(file, readFileSync(file, 'utf8'), { module: true }).code),
    0,
  );
}

/**
 * Everything that a page loads at once when it imports this.
 *
 * @param {string} source
 */
async function weighPage(source) {
  const outDir = mkdtempSync(path.join(tmpdir(), 'runanywhere-size-'));
  const entry = path.join(root, 'node_modules/.size-entry.js');
  writeFileSync(entry, source);
  try {
    const result = await build({
      configFile: false,
      logLevel: 'error',
      root,
      build: {
        outDir,
        write: false,
        modulePreload: false,
        target: 'es2022',
        rollupOptions: { input: entry, preserveEntrySignatures: 'strict' },
      },
    });
    const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) =>
      'output' in one ? one.output : [],
    );
    const chunks = new Map(outputs.flatMap((one) => (one.type === 'chunk' ? [[one.fileName, one]] : [])));
    const loaded = new Set(
      [...chunks.values()].filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName),
    );
    for (const fileName of loaded) for (const next of chunks.get(fileName)?.imports ?? []) loaded.add(next);
    return [...loaded].reduce((sum, fileName) => sum + gzipped(chunks.get(fileName)?.code ?? ''), 0);
  } finally {
    rmSync(entry);
    rmSync(outDir, { recursive: true, force: true });
  }
}

function gzipped(/** @type {string} */ code) {
  return gzipSync(code, { level: 9 }).length;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await runMain(async () => {
    await ensureNodeModules(console.log);
    const todo = 'Mend what the lines above name.';
    await mustRun('The packages could not be built', todo, process.execPath, ['scripts/build.mjs']);
    let over = 0;
    for (const { name, what, weigh, budgetBytes } of BUDGETS) {
      const bytes = await weigh();
      if (bytes > budgetBytes) over += 1;
      const verdict = bytes > budgetBytes ? 'OVER' : 'ok  ';
      console.log(
        `${verdict}  ${name.padEnd(28)} ${String(bytes).padStart(6)} of ${budgetBytes} bytes gz  (${what})`,
      );
    }
    return over > 0 ? 1 : 0;
  });
}
