// Builds the packages that changed since their last build. One line per package; errors and nothing else.
//   node scripts/build.mjs [package …]
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsdown';
import { buildsOf, manifestOf, packageNames } from '../tsdown.config.mjs';
import { buildKernels } from './build-kernels.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamps = join(root, 'node_modules/.cache/runanywhere-build');

/** Every file below a folder, sorted, tests left out: they end up in no dist. */
function sourcesOf(name) {
  const folder = join(root, 'packages', name, 'src');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test(-d)?\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The package and every package of this repository below it: workers are bundled from their sources. */
function withDependencies(name, names, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const dependency of Object.keys(manifestOf(name).dependencies ?? {})) {
    const folder = dependency.replace('@runanywhere/', '');
    if (dependency.startsWith('@runanywhere/') && names.includes(folder))
      withDependencies(folder, names, seen);
  }
  return seen;
}

/** Changes when anything that the build reads changes. */
function digest(name, names) {
  const hash = createHash('sha256');
  const everywhere = ['tsdown.config.mjs', 'scripts/build.mjs', 'package-lock.json'].map((file) =>
    join(root, file),
  );
  const inPackages = [...withDependencies(name, names)]
    .sort()
    .flatMap((each) => [join(root, 'packages', each, 'package.json'), ...sourcesOf(each)]);
  for (const file of [...everywhere, ...inPackages])
    hash.update(file).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

/** True when the package was built. */
async function buildPackage(name, names) {
  const dist = join(root, 'packages', name, 'dist');
  const stamp = join(stamps, name);
  const wanted = digest(name, names);
  if (existsSync(dist) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false;
  rmSync(dist, { recursive: true, force: true });
  for (const config of buildsOf(name)) await build({ ...config, config: false });
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, wanted);
  return true;
}

await buildKernels();
const all = packageNames();
const wanted = process.argv.slice(2);
const failed = [];
for (const name of wanted.length > 0 ? wanted : all) {
  const startMs = performance.now();
  try {
    const built = await buildPackage(name, all);
    console.log(
      `${name.padEnd(16)}${built ? `built in ${Math.round(performance.now() - startMs)} ms` : 'unchanged'}`,
    );
  } catch (error) {
    failed.push(name);
    console.error(`${name.padEnd(16)}failed: ${error instanceof Error ? error.message : error}`);
  }
}
if (failed.length > 0) {
  console.error(`Not built: ${failed.join(', ')}. The errors are above.`);
  process.exitCode = 1;
}
