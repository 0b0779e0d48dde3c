import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { ensureNodeModules } from './lib/install.mjs';
import { mustRun, root, runMain } from './lib/process.mjs';

/**
 * What each entry may weigh, minified and gzipped, in bytes (1 kB = 1,000 bytes). `external`: other packages are not counted.
 */
export const BUDGETS = [
  {
    name: 'page before the first click',
    what: 'createVoiceSession with core and the page side of voice, audio and workers; chunks that load later are not counted',
    source: "export { createVoiceSession } from '@runanywhere/voice/browser';",
    external: false,
    budgetBytes: 12_000,
  },
  {
    name: 'core',
    what: 'all of core',
    source: "export * from '@runanywhere/core';",
    external: true,
    budgetBytes: 3_290,
  },
  {
    name: 'workers',
    what: 'all of workers, page side',
    source: "export * from '@runanywhere/workers';",
    external: true,
    budgetBytes: 1_890,
  },
];

/**
 * Bundles and weighs one entry of the built packages.
 *
 * @param {typeof BUDGETS[number]} budget
 * @returns {Promise<number>} gzipped bytes of everything that loads at once.
 */
export async function weigh({ name, source, external }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'runanywhere-size-'));
  try {
    const entry = path.join(root, 'node_modules', `.size-${name.replaceAll(' ', '-')}.js`);
    writeFileSync(entry, source);
    const own = source.match(/'([^']+)'/)?.[1];
    const result = await build({
      configFile: false,
      logLevel: 'error',
      root,
      build: {
        outDir: folder,
        write: false,
        minify: true,
        target: 'es2022',
        lib: { entry, formats: ['es'] },
        rollupOptions: {
          external: (id) => external && !id.startsWith('.') && !path.isAbsolute(id) && id !== own,
        },
      },
    });
    rmSync(entry);
    const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) =>
      'output' in one ? one.output : [],
    );
    const chunks = new Map(outputs.flatMap((one) => (one.type === 'chunk' ? [[one.fileName, one]] : [])));
    const first = [...chunks.values()].find(({ isEntry }) => isEntry);
    const loaded = new Set(first ? [first.fileName] : []);
    for (const fileName of loaded)
      for (const next of chunks.get(fileName)?.imports ?? []) if (chunks.has(next)) loaded.add(next);
    return [...loaded].reduce(
      (sum, fileName) => sum + gzipSync(chunks.get(fileName)?.code ?? '', { level: 9 }).length,
      0,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await runMain(async () => {
    await ensureNodeModules(console.log);
    await mustRun('The packages could not be built', 'Mend what the lines above name.', process.execPath, [
      'scripts/build.mjs',
    ]);
    let over = 0;
    for (const budget of BUDGETS) {
      const bytes = await weigh(budget);
      const isOver = bytes > budget.budgetBytes;
      if (isOver) over += 1;
      console.log(
        `${isOver ? 'OVER' : 'ok  '}  ${budget.name.padEnd(28)} ${String(bytes).padStart(6)} of ${budget.budgetBytes} bytes gz  (${budget.what})`,
      );
    }
    return over > 0 ? 1 : 0;
  });
}
