import { openAsBlob } from 'node:fs';
import { ensureModel } from '@runanywhere/models/node';
import { type GgufFile, openGguf } from '../../src/gguf/gguf-file.ts';
import type { KvCacheFormat } from '../../src/transformer/kv-cache.ts';
import { loadTransformer } from '../../src/transformer/load-transformer.ts';
import type { Transformer } from '../../src/transformer/transformer.ts';
import type { KernelLevel } from '../../src/wasm/load-kernels.ts';
import { loadLevel } from '../load-level.ts';
import { divergence, type OracleSequence } from '../oracle/oracle.ts';

/** The file of SmolLM2 135M on this machine, fetched first if need be. */
export async function openSmolLm2(): Promise<GgufFile> {
  const { files } = await ensureModel('smollm2-135m-instruct-q4_1');
  const [path] = Object.values(files) as [string];
  return openGguf(await openAsBlob(path));
}

/** The model with kernels of its own. */
export async function loadSmolLm2(
  file: GgufFile,
  { level = 'simd', kvCache = 'float32' }: { level?: KernelLevel; kvCache?: KvCacheFormat } = {},
): Promise<Transformer> {
  return loadTransformer({ kernels: await loadLevel(level), file, contextTokens: 1024, kvCache });
}

/** How near a model comes to the oracle. */
export interface Measured {
  /** KL(oracle ‖ model) in nats for each position. */
  readonly divergences: readonly number[];
  /** Of the first 20 tokens of each of llama.cpp's replies, how many the model finds likeliest too. */
  readonly agreeing: number;
  readonly compared: number;
}

/** Runs the model over sequences, keeping in its cache what one has in common with the next. */
export function measure(model: Transformer, sequences: readonly OracleSequence[]): Measured {
  const divergences: number[] = [];
  let agreeing = 0;
  let compared = 0;
  for (const sequence of sequences) {
    const { ids, promptTokens, first } = sequence;
    const replied = sequence.by === 'llama.cpp';
    const start = replied ? Math.min(first, promptTokens - 1) : first;
    model.truncate(commonLength(model.tokens, ids.slice(0, start)));
    eachRow(model, ids, start, (position, logits) => {
      const distribution = sequence.distributions[position - first];
      if (distribution) divergences.push(divergence(distribution, logits));
      const next = position + 1;
      if (!replied || next < promptTokens || next >= Math.min(ids.length, promptTokens + 20)) return;
      compared++;
      if (indexOfLargest(logits) === ids[next]) agreeing++;
    });
  }
  return { divergences, agreeing, compared };
}

/** The mean of some numbers. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Gives the model what it lacks of the ids, in chunks, and hands on each row of logits from a position on. */
function eachRow(
  model: Transformer,
  ids: readonly number[],
  start: number,
  onRow: (position: number, logits: Float32Array) => void,
): void {
  const { vocabularySize } = model.config;
  while (model.position < start)
    model.forward(ids.slice(model.position, Math.min(start, model.position + 64)), { logits: false });
  while (model.position < ids.length) {
    const from = model.position;
    const chunk = ids.slice(from, from + 32);
    const logits = model.forward(chunk, { logits: 'all' });
    chunk.forEach((_, row) => {
      onRow(from + row, logits.subarray(row * vocabularySize, (row + 1) * vocabularySize));
    });
  }
}

function commonLength(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length++;
  return length;
}

function indexOfLargest(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++)
    if ((values[i] ?? Number.NaN) > (values[best] ?? Number.NaN)) best = i;
  return best;
}
