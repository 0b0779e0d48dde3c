import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './lib/process.mjs';

/** Licences that a product may link without asking. */
export const ALLOWED = [
  'MIT',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  '0BSD',
  'MPL-2.0',
  'Unlicense',
  'CC0-1.0',
  'BlueOak-1.0.0',
  'Python-2.0',
];

/** What a package's own manifest says wrongly, or does not say. */
export const OVERRIDES = /** @type {Record<string, { licence: string, why: string }>} */ ({
  phonemizer: { licence: 'GPL-3.0', why: 'its manifest says Apache-2.0, but it contains eSpeak NG' },
  'kokoro-js': { licence: 'GPL-3.0', why: 'it brings phonemizer' },
});

/**
 * Packages of the production tree whose licence is not on the list.
 *
 * @param {Record<string, { dev?: boolean, link?: boolean, license?: string }>} packages The lockfile's `packages`.
 * @returns {string[]}
 */
export function findForbidden(packages) {
  const forbidden = [];
  for (const [place, { dev, link, license }] of Object.entries(packages)) {
    if (!place.includes('node_modules/') || dev || link) continue;
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const licence = OVERRIDES[name]?.licence ?? license ?? 'none named';
    const choices = licence.replace(/[()]/g, '').split(/\s+OR\s+/);
    if (choices.some((choice) => choice.split(/\s+AND\s+/).every((part) => ALLOWED.includes(part)))) continue;
    const why = OVERRIDES[name] ? ` (${OVERRIDES[name].why})` : '';
    forbidden.push(`${name} has the licence ${licence}${why}. Products link only: ${ALLOWED.join(', ')}.`);
  }
  return forbidden;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const forbidden = findForbidden(lock.packages);
  for (const line of forbidden) console.error(line);
  process.exitCode = forbidden.length > 0 ? 1 : 0;
}
