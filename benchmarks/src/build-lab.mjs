import path from 'node:path';
import { build } from 'vite';
import { root } from '../../scripts/lib/process.mjs';

/**
 * Builds the pages in which engines are measured, as an app would be built: from the built packages.
 *
 * @returns {Promise<string>} The folder to serve.
 */
export async function buildLab() {
  const folder = path.join(root, 'benchmarks/src/lab');
  const outDir = path.join(root, 'benchmarks/dist');
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      rolldownOptions: {
        input: ['index.html', 'microphone.html'].map((page) => path.join(folder, page)),
      },
    },
  });
  return outDir;
}
