// How every package is built, read from its package.json. `npm run build` builds what changed, `npx tsdown` everything.
//
// - An entry of `exports` with a source becomes its counterpart in dist, with declarations. What it imports by name stays
//   an import, so that a user's bundler sees each dependency once.
// - A `*.worker.ts` or `*.worklet.ts` becomes one self-contained file: no bundler has to understand what is in it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'tsdown';

const root = dirname(fileURLToPath(import.meta.url));
const SOURCE = '@runanywhere/source';

/** Folder names in packages/ that have something to build. */
export function packageNames() {
  return readdirSync(join(root, 'packages')).filter((name) =>
    existsSync(join(root, 'packages', name, 'src')),
  );
}

/**
 * A package's manifest.
 *
 * @param {string} name
 */
export function manifestOf(name) {
  return JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
}

/**
 * The tsdown configurations that make one package's dist.
 *
 * @param {string} name
 * @returns {import('tsdown').InlineConfig[]}
 */
export function buildsOf(name) {
  const folder = join(root, 'packages', name);
  const threads = readdirSync(join(folder, 'src'), { recursive: true })
    .map((file) => `./src/${file.split(sep).join('/')}`)
    .filter((file) => /\.(worker|worklet)\.ts$/.test(file));
  const library = librarySources(folder, manifestOf(name)).filter((file) => !threads.includes(file));
  /** @type {import('tsdown').InlineConfig} */
  const common = {
    cwd: folder,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    outDir: 'dist',
    clean: false,
    fixedExtension: false,
    hash: true,
    sourcemap: false,
    report: false,
    publint: false,
    failOnWarn: true,
    logLevel: 'warn',
  };
  /** @type {import('tsdown').InlineConfig[]} */
  const builds = [];
  if (library.length > 0) {
    builds.push({
      ...common,
      entry: Object.fromEntries(library.map((file) => [outputName(file), file])),
      dts: { oxc: true },
      deps: { neverBundle: isPackageName },
      plugins: [threadUrls(folder)],
    });
  }
  for (const file of threads) {
    builds.push({
      ...common,
      entry: { [outputName(file)]: file },
      dts: false,
      minify: file.endsWith('.worker.ts'),
      deps: { alwaysBundle: isPackageName, onlyBundle: false },
      // A worker has no place of its own to derive addresses from: bundlers replace import.meta.url by a path of the
      // machine that builds, and everything a worker loads comes from a ModelSource anyway.
      define: { 'import.meta.url': 'self.location.href' },
      plugins: [
        threadUrls(folder),
        noScriptLoading(),
        selfContained(),
        ...(file.endsWith('.worklet.ts') ? [neverInlined()] : []),
      ],
      inputOptions: {
        resolve: { conditionNames: [SOURCE, 'import', 'module', 'browser', 'default'] },
      },
      outputOptions: { codeSplitting: false, comments: { legal: true, annotation: true, jsdoc: false } },
    });
  }
  return builds;
}

export default defineConfig(packageNames().flatMap(buildsOf));

/** The sources that `exports` names, and the command that `bin` starts. */
function librarySources(folder, { exports = {}, bin }) {
  const sources = Object.values(exports).flatMap((entry) => entry[SOURCE] ?? []);
  if (bin) sources.push('./src/main.ts');
  return sources.filter((file) => existsSync(join(folder, file)));
}

/** `./src/vad/index.ts` → `vad/index`. */
function outputName(file) {
  return file.replace(/^\.\/src\//, '').replace(/\.ts$/, '');
}

function isPackageName(id) {
  return !/^([./]|[A-Za-z]:|\0)/.test(id);
}

/**
 * Points `new URL('./x.worker.ts', import.meta.url)` at the built file, from wherever the code that says so ends up in
 * dist. The shape of the expression stays, since it is what users' bundlers look for.
 */
function threadUrls(folder) {
  const sourceUrl =
    /new URL\(\s*(['"])(\.{1,2}\/[^'"]+\.(?:worker|worklet))\.ts\1\s*,\s*import\.meta\.url,?\s*\)/g;
  const mark = /@dist\/([^'"`]+)/g;
  return {
    name: 'thread-urls',
    transform(code, id) {
      if (!id.endsWith('.ts') || !sourceUrl.test(code)) return null;
      const changed = code.replace(sourceUrl, (_all, _quote, path) => {
        const file = `${resolve(dirname(id), path)}.ts`;
        if (!existsSync(file)) this.error(`${id} starts ${path}.ts, which does not exist.`);
        const place = relative(join(folder, 'src'), file).split(sep).join('/');
        return `new URL('@dist/${place.replace(/\.ts$/, '.js')}', import.meta.url)`;
      });
      return { code: changed, map: null };
    },
    renderChunk(code, chunk) {
      if (!mark.test(code)) return null;
      const changed = code.replace(mark, (_all, place) => {
        const path = posix.relative(posix.dirname(chunk.fileName), place);
        return path.startsWith('.') ? path : `./${path}`;
      });
      return { code: changed, map: null };
    },
  };
}

/**
 * ONNX Runtime can import its own script a second time, for threads started from another origin; we never ask for that. The
 * expression goes, so that bundlers have no import to wonder about and a Content-Security-Policy nothing to forbid.
 */
function noScriptLoading() {
  const scriptImport = /import\(\s*\/\*webpackIgnore:true\*\/\s*\/\*@vite-ignore\*\/\s*\w+\)/g;
  return {
    name: 'no-script-loading',
    transform(code, id) {
      if (!/onnxruntime-web[\\/]dist[\\/].*\.mjs$/.test(id)) return null;
      const changed = code.replace(scriptImport, "Promise.reject(new Error('not in this build'))");
      if (changed === code || /import\((?!['"])/.test(changed)) {
        this.error(
          'ONNX Runtime loads scripts in another way than before: look at noScriptLoading in tsdown.config.mjs.',
        );
      }
      return { code: changed, map: null };
    },
  };
}

/**
 * Vite turns a file below 4 kB into a `data:` address, which a strict Content-Security-Policy refuses for a worklet: a
 * smaller one is filled up.
 */
function neverInlined() {
  const limitBytes = 4096;
  return {
    name: 'never-inlined',
    renderChunk(code) {
      if (code.length > limitBytes) return null;
      const reason =
        '// Filled up to more than 4 kB, so that no bundler inlines this file as a data: address.';
      return {
        code: `${code}\n${reason}${'\n//'.padEnd(80, ' -').repeat(Math.ceil((limitBytes - code.length) / 80))}\n`,
        map: null,
      };
    },
  };
}

/** Fails the build when a worker or worklet needs anything but its own file. */
function selfContained() {
  return {
    name: 'self-contained',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const needs = [...chunk.imports, ...chunk.dynamicImports].filter((file) => file !== chunk.fileName);
        if (needs.length > 0 || /\bimport\.meta\b|\bimport\(/.test(chunk.code)) {
          this.error(
            `${chunk.fileName} is not self-contained: ${needs.join(', ') || 'it loads scripts by itself'}.`,
          );
        }
      }
    },
  };
}
