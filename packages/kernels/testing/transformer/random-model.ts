import { openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type GgufFile, openGguf } from '../../src/gguf/gguf-file.ts';
import { type LoadTransformerOptions, loadTransformer } from '../../src/transformer/load-transformer.ts';
import type { Transformer } from '../../src/transformer/transformer.ts';
import { loadKernels } from '../../src/wasm/load-kernels.ts';

/** A file that random_models.py wrote. */
export async function openRandomModel(name: string): Promise<GgufFile> {
  const path = fileURLToPath(new URL(`../fixtures/${name}.gguf`, import.meta.url));
  return openGguf(await openAsBlob(path));
}

/** It as a transformer of at most 1,024 tokens, by default on the plain SIMD kernels. */
export async function loadRandomModel(
  name: string,
  options: Partial<LoadTransformerOptions> = {},
): Promise<Transformer> {
  const kernels = options.kernels ?? (await loadKernels({ level: 'simd' }));
  return loadTransformer({ file: await openRandomModel(name), contextTokens: 1024, ...options, kernels });
}
