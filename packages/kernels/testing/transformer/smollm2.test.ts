import { beforeAll, describe, expect, test } from 'vitest';
import type { GgufFile } from '../../src/gguf/gguf-file.ts';
import { type OracleSequence, readOracle } from '../oracle/oracle.ts';
import { loadSmolLm2, mean, measure, openSmolLm2 } from './smollm2.ts';

const KL_LIMIT = 0.005;

let file: GgufFile;
let oracle: readonly OracleSequence[];
beforeAll(async () => {
  [file, oracle] = await Promise.all([openSmolLm2(), readOracle()]);
});

describe('SmolLM2 135M against the float32 forward pass', { timeout: 240_000 }, () => {
  test('says nearly the same over more than a thousand positions, and agrees with llama.cpp', async ({
    annotate,
  }) => {
    const model = await loadSmolLm2(file);
    const { divergences, agreeing, compared } = measure(model, oracle);
    await annotate(`KL ${mean(divergences)} over ${divergences.length}; ${agreeing} of ${compared} agree`);
    expect(divergences.length).toBeGreaterThanOrEqual(1000);
    expect(mean(divergences)).toBeLessThanOrEqual(KL_LIMIT);
    expect(compared).toBe(171);
    expect(agreeing).toBeGreaterThanOrEqual(165);
  });

  test('says nearly the same with keys and values in 8 bits', async ({ annotate }) => {
    const model = await loadSmolLm2(file, { kvCache: 'int8' });
    const { divergences, agreeing, compared } = measure(model, oracle.slice(0, 6));
    await annotate(`KL ${mean(divergences)} over ${divergences.length}; ${agreeing} of ${compared} agree`);
    expect(mean(divergences)).toBeLessThanOrEqual(KL_LIMIT);
  });

  let right: number | undefined;
  test.each([
    ['a norm moved by one number', 'blk.15.attn_norm.weight', 4],
    ['the rows of a matrix moved by one', 'blk.15.attn_output.weight', (576 / 32) * 20],
  ])('would notice %s', async (_mistake, name, bytes) => {
    const sequences = oracle.slice(0, 2);
    right ??= mean(measure(await loadSmolLm2(file), sequences).divergences);
    const wrong = measure(await loadSmolLm2(shifted(file, name, bytes)), sequences);
    expect(right).toBeLessThanOrEqual(KL_LIMIT);
    expect(mean(wrong.divergences)).toBeGreaterThan(2 * KL_LIMIT);
  });
});

/** The file with one tensor's bytes moved on, the last ones coming first. */
function shifted(original: GgufFile, name: string, byBytes: number): GgufFile {
  return {
    metadata: original.metadata,
    tensors: original.tensors,
    sizeBytes: original.sizeBytes,
    readTensor: (tensor, options) => original.readTensor(tensor, options),
    streamRows: (tensors, onRows, options) =>
      original.streamRows(
        tensors,
        (tensor, firstRow, bytes) => {
          if (tensor.name !== name) return onRows(tensor, firstRow, bytes);
          const moved = new Uint8Array(bytes.length);
          moved.set(bytes.subarray(0, -byBytes), byBytes);
          moved.set(bytes.subarray(-byBytes), 0);
          onRows(tensor, firstRow, moved);
        },
        options,
      ),
  };
}
