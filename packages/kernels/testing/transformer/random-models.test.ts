import { describe, expect, test } from 'vitest';
import type { Transformer } from '../../src/transformer/transformer.ts';
import expected from '../fixtures/random-models.json' with { type: 'json' };
import { loadLevel } from '../load-level.ts';
import { plainKernels } from './plain-kernels.ts';
import { loadRandomModel } from './random-model.ts';

const { ids, rows } = expected;
const names = Object.keys(expected.models) as (keyof typeof expected.models)[];

/** The rows of logits that the fixtures have. */
function logitsOf(model: Transformer): number[][] {
  const logits = model.forward(ids, { logits: 'all' });
  const { vocabularySize } = model.config;
  return rows.map((row) => [...logits.subarray(row * vocabularySize, (row + 1) * vocabularySize)]);
}

describe.each(names)('%s', (name) => {
  const { logits, llamaCpp } = expected.models[name];

  test('says what the float32 forward pass says, to rounding, with kernels that do not quantise', async () => {
    const model = await loadRandomModel(name, { kernels: plainKernels() });
    const ours = logitsOf(model);
    expect(Math.max(...ours.map((row, index) => largestDifference(row, logits[index] ?? [])))).toBeLessThan(
      2e-3,
    );
  });

  test.each(['simd', 'checked'] as const)('says it with 8-bit activations too (%s)', async (level) => {
    const model = await loadRandomModel(name, { kernels: await loadLevel(level) });
    const ours = logitsOf(model);
    for (const [index, row] of ours.entries()) {
      expect(divergence(logits[index] ?? [], row)).toBeLessThan(0.05);
      expect(correlation(row, logits[index] ?? [])).toBeGreaterThan(0.998);
    }
  });

  test('says it with keys and values in 8 bits', async () => {
    const ours = logitsOf(await loadRandomModel(name, { kvCache: 'int8' }));
    for (const [index, row] of ours.entries())
      expect(divergence(logits[index] ?? [], row)).toBeLessThan(0.05);
  });

  test('says what llama.cpp says', async () => {
    const ours = logitsOf(await loadRandomModel(name));
    const logP = logSoftmax(ours.at(-1) ?? []);
    const theirs = Object.values(Object.fromEntries(Object.entries(llamaCpp)));
    expect(theirs.length).toBe(logP.length);
    // Both quantise activations to 8 bits, each in its own blocks.
    expect(
      correlation(
        logP,
        logP.map((_, id) => theirs[id] ?? Number.NaN),
      ),
    ).toBeGreaterThan(0.99);
  });
});

function largestDifference(a: readonly number[], b: readonly number[]): number {
  return a.reduce(
    (largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? Number.NaN))),
    0,
  );
}

function logSoftmax(logits: readonly number[]): number[] {
  const top = Math.max(...logits);
  const sum = logits.reduce((total, value) => total + Math.exp(value - top), 0);
  return logits.map((value) => value - top - Math.log(sum));
}

function divergence(reference: readonly number[], ours: readonly number[]): number {
  const [p, q] = [logSoftmax(reference), logSoftmax(ours)];
  return p.reduce((sum, value, index) => sum + Math.exp(value) * (value - (q[index] ?? Number.NaN)), 0);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const centred = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const [x, y] = [centred(a), centred(b)];
  const product = (left: readonly number[], right: readonly number[]) =>
    left.reduce((sum, value, index) => sum + value * (right[index] ?? Number.NaN), 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}
