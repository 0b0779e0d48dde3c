import { isRunAnywhereError } from '@runanywhere/core';
import { describe, expect, test } from 'vitest';
import type { GgufFile } from '../../src/gguf/gguf-file.ts';
import type { GgufValue } from '../../src/gguf/metadata.ts';
import type { GgufTensor } from '../../src/gguf/tensor-table.ts';
import { loadTransformer } from '../../src/transformer/load-transformer.ts';
import { loadKernels } from '../../src/wasm/load-kernels.ts';
import { openRandomModel } from './random-model.ts';

interface Change {
  metadata?: Record<string, GgufValue>;
  without?: string;
  tensors?: Record<string, Partial<GgufTensor>>;
}

async function codeAndReason(change: Change): Promise<string> {
  const file = changed(await openRandomModel('random-llama'), change);
  const kernels = await loadKernels({ level: 'simd' });
  const error = await loadTransformer({ kernels, file, contextTokens: 64 }).then(
    () => 'loaded',
    (reason: unknown) => reason,
  );
  if (isRunAnywhereError(error, 'model-invalid')) return `invalid: ${error.details.reason}`;
  if (isRunAnywhereError(error, 'model-unsupported')) return `unsupported: ${error.details.what}`;
  return String(error);
}

describe('declines by name', () => {
  test.each<[string, Change]>([
    ['the architecture "gemma3"', { metadata: { 'general.architecture': 'gemma3' } }],
    ['llama with "expert_count"', { metadata: { 'llama.expert_count': 8 } }],
    ['llama with "attention.sliding_window"', { metadata: { 'llama.attention.sliding_window': 4096 } }],
    ['llama with "rope.scaling.type"', { metadata: { 'llama.rope.scaling.type': 'yarn' } }],
    ['a head size of 8, no multiple of 16', { metadata: { 'llama.attention.key_length': 8 } }],
    ['rotary positions on a part of each head', { metadata: { 'llama.rope.dimension_count': 8 } }],
    [
      'llama with attention.head_count_kv of each layer',
      { metadata: { 'llama.attention.head_count_kv': [2, 2, 1] } },
    ],
    ['tensors of type Q5_1 ("blk.0.attn_q.weight")', { tensors: { 'blk.0.attn_q.weight': { type: 7 } } }],
    ['"output_norm.weight" in another type than F32', { tensors: { 'output_norm.weight': { type: 1 } } }],
    ['llama with the tensor "blk.0.ffn_gate_inp.weight"', { tensors: { 'blk.0.ffn_gate_inp.weight': {} } }],
  ])('%s', async (what, change) => {
    expect(await codeAndReason(change)).toBe(`unsupported: ${what}`);
  });
});

describe('calls invalid', () => {
  test.each<[string, Change]>([
    ['the tensor "blk.1.ffn_up.weight" is missing', { without: 'blk.1.ffn_up.weight' }],
    [
      'the tensor "blk.2.attn_k.weight" is 64 × 64 where 64 × 32 is expected',
      { tensors: { 'blk.2.attn_k.weight': { shape: [64, 64], rows: 64 } } },
    ],
    ['"llama.block_count" is no positive number', { metadata: { 'llama.block_count': 0 } }],
    ['"llama.embedding_length" is no size', { metadata: { 'llama.embedding_length': 64.5 } }],
    ['4 heads cannot share 3 heads of keys', { metadata: { 'llama.attention.head_count_kv': 3 } }],
    ['it names no architecture', { metadata: { 'general.architecture': 7 } }],
  ])('%s', async (reason, change) => {
    expect(await codeAndReason(change)).toBe(`invalid: ${reason}`);
  });

  test('a norm that is no number', async () => {
    const original = await openRandomModel('random-qwen2');
    const file: GgufFile = {
      ...changed(original, {}),
      streamRows: (tensors, onRows, options) =>
        original.streamRows(
          tensors,
          (tensor, firstRow, bytes) => {
            const copy = bytes.slice();
            if (tensor.name === 'blk.1.ffn_norm.weight') copy.set([0, 0, 192, 127], 8);
            onRows(tensor, firstRow, copy);
          },
          options,
        ),
    };
    const loading = loadTransformer({
      kernels: await loadKernels({ level: 'simd' }),
      file,
      contextTokens: 64,
    });
    await expect(loading).rejects.toMatchObject({ code: 'model-invalid' });
  });
});

test('refuses a context that the model was not trained for, and stops when told to', async () => {
  const file = await openRandomModel('random-llama');
  const kernels = await loadKernels({ level: 'simd' });
  await expect(loadTransformer({ kernels, file, contextTokens: 1025 })).rejects.toMatchObject({
    code: 'invalid-options',
  });
  const signal = AbortSignal.abort(new DOMException('enough', 'AbortError'));
  await expect(loadTransformer({ kernels, file, contextTokens: 64, signal })).rejects.toThrow('enough');
});

function changed(file: GgufFile, { metadata = {}, without, tensors = {} }: Change): GgufFile {
  const all = new Map(file.tensors);
  const [any] = all.values();
  for (const [name, change] of Object.entries(tensors)) {
    const tensor = all.get(name) ?? any;
    if (tensor) all.set(name, { ...tensor, name, ...change });
  }
  if (without) all.delete(without);
  return {
    metadata: new Map([...file.metadata, ...Object.entries(metadata)]),
    tensors: all,
    sizeBytes: file.sizeBytes,
    readTensor: (tensor, options) => file.readTensor(tensor, options),
    streamRows: (wanted, onRows, options) => file.streamRows(wanted, onRows, options),
  };
}
