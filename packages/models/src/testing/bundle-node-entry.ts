import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Bundles this package's `/node` entry into one file that a process of its own can import. Gives its path. */
export async function bundleNodeEntry(outDir: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, resolve: { conditions: ['@runanywhere/source', 'node', 'default'] } },
    build: {
      ssr: fileURLToPath(new URL('../node/index.ts', import.meta.url)),
      outDir,
      target: 'node20',
      minify: false,
      rollupOptions: { output: { entryFileNames: 'models-node.mjs', codeSplitting: false } },
    },
  });
  return `${outDir}/models-node.mjs`;
}
