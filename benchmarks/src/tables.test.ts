import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/lib/process.mjs';
import { benchmarkTables } from './tables.mjs';

test('the figures in the docs are those of the results', () => {
  expect(readFileSync(path.join(root, 'docs/benchmarks.md'), 'utf8')).toBe(benchmarkTables());
});
