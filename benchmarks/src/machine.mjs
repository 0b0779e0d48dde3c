import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { root } from '../../scripts/lib/process.mjs';

/**
 * Where and on what a figure was measured.
 *
 * @param {string} browserVersion For example `Chromium 156.0.8078.73`.
 */
export function describeMachine(browserVersion) {
  const [cpu] = os.cpus();
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()}`,
    node: process.version,
    browser: browserVersion,
    loadAverage: Number(os.loadavg()[0]?.toFixed(2)),
    commit: commit(),
  };
}

function commit() {
  try {
    const head = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: root,
      encoding: 'utf8',
    }).trim();
    const changed = execFileSync('git', ['status', '--porcelain', '--', 'packages', 'apps'], {
      cwd: root,
      encoding: 'utf8',
    });
    return changed.trim() === '' ? head : `${head} and changes`;
  } catch {
    return 'unknown'; // Not a git checkout.
  }
}
