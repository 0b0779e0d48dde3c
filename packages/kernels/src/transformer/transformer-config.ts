import type { GgufFile } from '../gguf/gguf-file.ts';
import type { Refusals } from '../gguf/refusals.ts';

/** The architectures that {@link readTransformerConfig} takes. */
export const TRANSFORMER_ARCHITECTURES = ['llama', 'qwen2', 'qwen3'] as const;

/** One of {@link TRANSFORMER_ARCHITECTURES}, as `general.architecture` of a GGUF file says it. */
export type TransformerArchitecture = (typeof TRANSFORMER_ARCHITECTURES)[number];

/** The sizes of a decoder-only transformer, read from its file. */
export interface TransformerConfig {
  readonly architecture: TransformerArchitecture;
  readonly layerCount: number;
  /** Numbers in the state of one token. */
  readonly width: number;
  readonly headCount: number;
  /** Heads of keys and values, each shared by `headCount / kvHeadCount` heads of queries. */
  readonly kvHeadCount: number;
  readonly headSize: number;
  readonly feedForwardSize: number;
  /** Rows of the embedding; a tokenizer may use fewer. */
  readonly vocabularySize: number;
  /** The base of the rotary angles. */
  readonly ropeBase: number;
  readonly normEpsilon: number;
  /** The longest context that the model was trained for. */
  readonly trainedContextTokens: number;
}

/** Ways of scaling or masking that no plan here has; absent, zero, one or false means that they are not used. */
const UNHANDLED_KEYS = [
  'expert_count',
  'attention.sliding_window',
  'attention.clamp_kqv',
  'attention.scale',
  'attn_logit_softcapping',
  'final_logit_softcapping',
  'logit_scale',
  'residual_scale',
  'embedding_scale',
  'rope.scale_linear',
] as const;

/**
 * Reads the sizes from a file's metadata.
 *
 * @throws {RunAnywhereError} `model-unsupported` for another architecture and for what the plans here have not (experts,
 * sliding windows, scaled rotary angles, …), named; `model-invalid` when a size is missing or cannot be.
 */
export function readTransformerConfig(file: GgufFile, refusals: Refusals): TransformerConfig {
  const architecture = readArchitecture(file, refusals);
  const value = (key: string) => file.metadata.get(`${architecture}.${key}`);
  const number = (key: string, otherwise?: number): number => {
    const found = value(key) ?? otherwise;
    if (Array.isArray(found)) throw refusals.unsupported(`${architecture} with ${key} of each layer`);
    if (typeof found !== 'number' || !Number.isFinite(found) || found <= 0)
      throw refusals.invalid(`"${architecture}.${key}" is no positive number`);
    return found;
  };
  const size = (key: string, otherwise?: number): number => {
    const found = number(key, otherwise);
    if (!Number.isInteger(found) || found > 2 ** 24)
      throw refusals.invalid(`"${architecture}.${key}" is no size`);
    return found;
  };
  refuseUnhandled(architecture, value, refusals);

  const width = size('embedding_length');
  const headCount = size('attention.head_count');
  const kvHeadCount = size('attention.head_count_kv', headCount);
  const headSize = size('attention.key_length', width / headCount);
  if (headCount % kvHeadCount !== 0)
    throw refusals.invalid(`${headCount} heads cannot share ${kvHeadCount} heads of keys`);
  if (headSize % 16 !== 0) throw refusals.unsupported(`a head size of ${headSize}, no multiple of 16`);
  if (size('attention.value_length', headSize) !== headSize)
    throw refusals.unsupported('values of another size than the keys');
  if (size('rope.dimension_count', headSize) !== headSize)
    throw refusals.unsupported('rotary positions on a part of each head');
  return {
    architecture,
    layerCount: size('block_count'),
    width,
    headCount,
    kvHeadCount,
    headSize,
    feedForwardSize: size('feed_forward_length'),
    vocabularySize: vocabularySize(file, refusals),
    ropeBase: number('rope.freq_base', 10_000),
    normEpsilon: number('attention.layer_norm_rms_epsilon'),
    trainedContextTokens: size('context_length'),
  };
}

function readArchitecture(file: GgufFile, refusals: Refusals): TransformerArchitecture {
  const name = file.metadata.get('general.architecture');
  if (typeof name !== 'string') throw refusals.invalid('it names no architecture');
  const known = TRANSFORMER_ARCHITECTURES.find((architecture) => architecture === name);
  if (!known) throw refusals.unsupported(`the architecture "${name.replace(/[^\w.-]/g, '?').slice(0, 40)}"`);
  return known;
}

function refuseUnhandled(architecture: string, value: (key: string) => unknown, refusals: Refusals): void {
  for (const key of UNHANDLED_KEYS) {
    const found = value(key);
    if (found !== undefined && found !== 0 && found !== 1 && found !== false)
      throw refusals.unsupported(`${architecture} with "${key}"`);
  }
  const scaling = value('rope.scaling.type');
  if (scaling !== undefined && scaling !== 'none')
    throw refusals.unsupported(`${architecture} with "rope.scaling.type"`);
  if (value('attention.causal') === false)
    throw refusals.unsupported(`${architecture} without a causal mask`);
}

function vocabularySize(file: GgufFile, refusals: Refusals): number {
  const rows = file.tensors.get('token_embd.weight')?.rows;
  if (rows === undefined) throw refusals.invalid('the tensor "token_embd.weight" is missing');
  const tokens = file.metadata.get('tokenizer.ggml.tokens');
  if (Array.isArray(tokens) && tokens.length > rows)
    throw refusals.invalid(`it has ${tokens.length} tokens and embeds ${rows}`);
  return rows;
}
