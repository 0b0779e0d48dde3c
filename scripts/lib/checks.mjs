import path from 'node:path';
import { buildKernels } from '../build-kernels.mjs';
import { root, run } from './process.mjs';

const bin = (/** @type {string} */ name) => path.join(root, 'node_modules', '.bin', name);

/** The checks that take seconds: each one's name, what it holds, and how it is run. */
export const CHECKS = [
  { name: 'format and lint', command: bin('biome'), args: ['check', '--error-on-warnings', '.'] },
  { name: 'types of the packages', command: bin('tsc'), args: ['-p', 'tsconfig.json'] },
  { name: 'types of scripts, tests and apps', command: bin('tsc'), args: ['-p', 'tsconfig.tools.json'] },
  { name: 'layers', command: process.execPath, args: ['scripts/check-layers.mjs'] },
  { name: 'doc comments', command: process.execPath, args: ['scripts/check-docs.mjs'] },
  { name: 'licences', command: process.execPath, args: ['scripts/check-licences.mjs'] },
];

/**
 * Runs the checks and says how each went.
 *
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks() {
  await buildKernels();
  let failed = 0;
  for (const { name, command, args } of CHECKS) {
    const startMs = performance.now();
    const { code, output } = await run(command, args);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(`${code === 0 ? 'pass' : 'FAIL'}  ${name} (${seconds} s)`);
    if (code === 0) continue;
    failed += 1;
    console.log(output.trimEnd());
  }
  return { passed: CHECKS.length - failed, failed };
}
