import { RunAnywhereError } from '@runanywhere/core';
import type { GgufFile } from '../gguf/gguf-file.ts';
import { Refusals } from '../gguf/refusals.ts';
import type { StreamRowsOptions } from '../gguf/stream-rows.ts';
import type { Kernels } from '../wasm/load-kernels.ts';
import type { KvCacheFormat } from './kv-cache.ts';
import { loadWeights } from './load-weights.ts';
import { type MatrixProduct, singleThreadProduct } from './matrix-product.ts';
import { MemoryBlocks } from './memory-blocks.ts';
import { Transformer } from './transformer.ts';
import { readTransformerConfig } from './transformer-config.ts';
import { TransformerScratch } from './transformer-parts.ts';
import { planWeights } from './weight-plan.ts';

/** Options of {@link loadTransformer}. */
export interface LoadTransformerOptions extends StreamRowsOptions {
  /** Used by this model only: its memory grows with the weights and the cache. */
  kernels: Kernels;
  file: GgufFile;
  /** The longest sequence, at most what the model was trained for. Memory for the cache is taken as sequences grow. */
  contextTokens: number;
  /** @defaultValue 'float32' */
  kvCache?: KvCacheFormat;
  /** Multiplies with a packed matrix, for example on several threads. @defaultValue the calling thread */
  product?: MatrixProduct;
  /** Named in errors. */
  modelId?: string;
}

/**
 * Reads a model's weights into the kernels' memory.
 *
 * @throws {RunAnywhereError} `model-unsupported` for what no plan here has, so that another engine may take over;
 * `model-invalid` for a file that contradicts itself; `invalid-options` for a context that the model was not trained for;
 * what `signal` was aborted with.
 */
export async function loadTransformer(options: LoadTransformerOptions): Promise<Transformer> {
  const { kernels, file, contextTokens, kvCache = 'float32', modelId, signal, onProgress } = options;
  const refusals = new Refusals(modelId);
  const config = readTransformerConfig(file, refusals);
  const plan = planWeights(file, config, refusals);
  const { trainedContextTokens } = config;
  if (!Number.isInteger(contextTokens) || contextTokens < 1 || contextTokens > trainedContextTokens)
    throw new RunAnywhereError('invalid-options', {
      option: 'contextTokens',
      reason: `the model takes 1 to ${trainedContextTokens}`,
    });
  const blocks = new MemoryBlocks(kernels.memory);
  const weights = await loadWeights(kernels, blocks, file, plan, refusals, {
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const scratch = new TransformerScratch(kernels, blocks, config, contextTokens, weights.ropeDivisors);
  const product = options.product ?? singleThreadProduct(kernels.exports);
  return new Transformer({ kernels, blocks, config, weights, product, contextTokens, kvCache, scratch });
}
