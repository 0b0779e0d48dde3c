import type { GgufMetadata } from '@runanywhere/kernels';
import { BytePairTokenizer } from './byte-pair-tokenizer.ts';
import { SentencePieceTokenizer } from './sentence-piece-tokenizer.ts';
import type { TokenDecoder } from './token-decoder.ts';
import { unsupported } from './unsupported.ts';
import type { Vocabulary } from './vocabulary.ts';

/** How {@link Tokenizer.encode} treats what is more than text. */
export interface EncodeOptions {
  /** Special tokens written in the text count as such, `<|im_end|>` for example. @defaultValue true */
  parseSpecial?: boolean;
  /** Puts the tokens for beginning and end around the text, where the model wants them. @defaultValue false */
  addSpecial?: boolean;
}

/** Text to the token ids of one model and back. */
export interface Tokenizer {
  readonly vocabulary: Vocabulary;
  /** The ids of `text`. */
  encode(text: string, options?: EncodeOptions): number[];
  /** The bytes of a token's text; none for tokens that steer the model. */
  bytesOf(id: number): Uint8Array;
  /** A decoder for one reply. */
  decoder(): TokenDecoder;
}

/**
 * The tokenizer a GGUF file describes.
 *
 * @throws {RunAnywhereError} `model-unsupported` when its kind is not known here; the error names it.
 */
export function openTokenizer(metadata: GgufMetadata): Tokenizer {
  const model = metadata.get('tokenizer.ggml.model');
  switch (model) {
    case 'gpt2':
      return new BytePairTokenizer(metadata);
    case 'llama':
      return new SentencePieceTokenizer(metadata);
    case 't5':
      throw unsupported('the tokenizer "t5" (unigram)');
    default:
      throw unsupported(`the tokenizer "${String(model)}"`);
  }
}
