import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mustRun, root, StepError } from './process.mjs';

/**
 * Installs the packages of the lockfile unless they are there already.
 *
 * @param {(line: string) => void} say
 */
export async function ensureNodeModules(say) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new StepError(
      `Node.js ${process.versions.node} is too old.`,
      'Install Node.js 20.19 or newer, then run this again.',
    );
  }
  const stamp = path.join(root, 'node_modules', '.installed-lockfile');
  const digest = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  say('Installing packages …');
  await mustRun(
    'The packages could not be installed',
    'Check that npm reaches its registry (npm ping), then run this again. The log is reports/install.log.',
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    ['ci', '--no-audit', '--no-fund'],
    { log: 'install.log' },
  );
  writeFileSync(stamp, digest);
}
