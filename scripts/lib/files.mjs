import fs from 'node:fs';
import path from 'node:path';
import { root } from './process.mjs';

const SKIPPED = new Set(['node_modules', 'dist', '.git', 'reports']);

/**
 * Files of the repository that match, as sorted paths relative to its root, with forward slashes.
 *
 * @param {string} pattern `*` within a name, `**` across folders.
 * @returns {string[]}
 */
export function globSync(pattern) {
  const expression = new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*\*\//g, '\0')
      .replace(/\*/g, '[^/]*')
      .replace(/\0/g, '(?:.*/)?')}$`,
  );
  /** @type {string[]} */
  const found = [];
  const walk = (/** @type {string} */ folder) => {
    for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue;
      const name = folder ? `${folder}/${entry.name}` : entry.name;
      if (entry.isDirectory()) walk(name);
      else if (expression.test(name)) found.push(name);
    }
  };
  walk(pattern.split('*')[0]?.replace(/\/?[^/]*$/, '') ?? '');
  return found.sort();
}

/**
 * The text of a file.
 *
 * @param {string} file Relative to the repository's root.
 */
export function readFileSync(file) {
  return fs.readFileSync(path.join(root, file), 'utf8');
}
