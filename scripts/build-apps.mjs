import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mustRun, root, runMain } from './lib/process.mjs';

/** Builds every page under apps/ that has a Vite configuration, from the built packages, unless nothing has changed since. */
await runMain(async () => {
  for (const app of readdirSync(path.join(root, 'apps'))) {
    const folder = path.join(root, 'apps', app);
    if (!existsSync(path.join(folder, 'vite.config.ts'))) continue;
    const stamp = path.join(folder, 'dist', '.built-from');
    const digest = digestOf([folder, ...builtPackages(), path.join(root, 'package-lock.json')]);
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) {
      console.log(`apps/${app} is up to date`);
      continue;
    }
    await mustRun(
      `apps/${app} could not be built`,
      'Mend what the lines above name.',
      process.execPath,
      [path.join(root, 'node_modules/vite/bin/vite.js'), 'build', folder, '--logLevel', 'warn'],
      { echo: true },
    );
    writeFileSync(stamp, digest);
    console.log(`built apps/${app}`);
  }
  return 0;
});

function builtPackages() {
  return readdirSync(path.join(root, 'packages')).map((name) => path.join(root, 'packages', name, 'dist'));
}

/**
 * One digest of all files in some places; an app’s own output is left out.
 *
 * @param {readonly string[]} places
 */
function digestOf(places) {
  const hash = createHash('sha256');
  const add = (/** @type {string} */ place) => {
    hash.update(path.relative(root, place)).update(readFileSync(place));
  };
  for (const place of places) {
    if (!existsSync(place)) continue;
    if (path.extname(place) === '.json') add(place);
    else walk(place, path.join(place, 'dist'), add);
  }
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @param {string} skipped
 * @param {(file: string) => void} visit
 */
function walk(folder, skipped, visit) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const place = path.join(folder, entry.name);
    if (place === skipped || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) walk(place, skipped, visit);
    else visit(place);
  }
}
