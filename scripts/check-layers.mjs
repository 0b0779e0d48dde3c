import { globSync, readFileSync } from './lib/files.mjs';
import { ENGINE_PACKAGES, MAY_IMPORT, NODE_PACKAGES, TESTING_ENTRY } from './lib/layers.mjs';

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)['"]([^'"\n]+)['"]/g;

/**
 * Every breach of the layer table in a set of sources, each with the sentence of the rule.
 *
 * @param {readonly { file: string, text: string }[]} sources `file` is a path such as `packages/audio/src/wav.ts`.
 * @returns {string[]}
 */
export function findBreaches(sources) {
  const breaches = [];
  for (const { file, text } of sources) {
    const owner = /^packages\/([^/]+)\//.exec(file)?.[1] ?? '';
    const allowed = MAY_IMPORT[owner];
    if (!allowed) {
      breaches.push(
        `${file}: package "${owner}" is not in the table. Add it to MAY_IMPORT in scripts/lib/layers.mjs with what it may import.`,
      );
      continue;
    }
    const isTest = /\.test(-d)?\.ts$/.test(file) || file.includes('/testing/');
    const isWorker = file.endsWith('.worker.ts');
    for (const [, specifier = ''] of text.matchAll(IMPORT)) {
      const entry = specifier.startsWith('@runanywhere/')
        ? specifier.slice('@runanywhere/'.length)
        : undefined;
      if (
        specifier.startsWith('node:') &&
        !isTest &&
        !NODE_PACKAGES.includes(owner) &&
        !file.includes('/src/node/')
      ) {
        breaches.push(
          `${file} imports ${specifier}. Only cli and the /node entries may use Node's modules: the rest runs in browsers.`,
        );
      }
      if (
        /^(\.\.\/)+(packages|core|audio|onnx|transcription|llm|tts|models|workers|voice|cli)\//.test(
          specifier,
        )
      ) {
        breaches.push(
          `${file} imports ${specifier}. Another package is imported by its name, not by a path.`,
        );
      }
      if (entry === undefined || isTest) continue;
      const [target = ''] = entry.split('/');
      if (target === owner) {
        breaches.push(
          `${file} imports ${specifier}, its own package. Inside a package the path of the file is imported.`,
        );
        continue;
      }
      if (entry === TESTING_ENTRY) {
        breaches.push(`${file} imports ${specifier}. Only tests may import the fakes.`);
        continue;
      }
      const isEngine = ENGINE_PACKAGES.some((engine) => entry === engine || entry.startsWith(`${engine}/`));
      if (owner === 'workers' && isEngine) {
        if (!isWorker)
          breaches.push(
            `${file} imports ${specifier}. Only *.worker.ts may import engines, so that no page loads their code.`,
          );
        continue;
      }
      if (!allowed.includes(target)) {
        breaches.push(
          `${file} imports ${specifier}. ${owner} may import only: ${allowed.join(', ') || 'nothing'}.`,
        );
      }
    }
  }
  return breaches;
}

/** All sources of the packages. */
export function packageSources() {
  return globSync('packages/*/src/**/*.ts').map((file) => ({ file, text: readFileSync(file) }));
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const breaches = findBreaches(packageSources());
  for (const breach of breaches) console.error(breach);
  process.exitCode = breaches.length > 0 ? 1 : 0;
}
