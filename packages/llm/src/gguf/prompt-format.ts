import { Template } from '@huggingface/jinja';
import type { ChatMessage } from '@runanywhere/core';
import { BytePairTokenizer } from './byte-pair-tokenizer.ts';
import type { GgufMetadata, GgufValue } from './gguf-metadata.ts';

/** GGUF's mark for tokens that steer the model and stand for no text. */
const CONTROL = 3;

/** Turns conversations into what one model was trained on: its chat template, then its tokenizer, both from its GGUF file. */
export class PromptFormat {
  readonly #template: Template;
  readonly #tokenizer: BytePairTokenizer;
  readonly #specialTexts: { readonly bos_token: string; readonly eos_token: string };

  /** @throws {TypeError} when the file has no chat template, or a tokenizer that is not known here. */
  constructor(metadata: GgufMetadata) {
    const template = metadata.get('tokenizer.chat_template');
    if (typeof template !== 'string') throw new TypeError('the GGUF file has no chat template');
    const kind = `${metadata.get('tokenizer.ggml.model')}/${metadata.get('tokenizer.ggml.pre')}`;
    if (kind !== 'gpt2/smollm' || metadata.get('tokenizer.ggml.add_bos_token') === true)
      throw new TypeError(`the tokenizer "${kind}" is not known`);
    const tokens = list<string>(metadata, 'tokenizer.ggml.tokens');
    const types = list<number>(metadata, 'tokenizer.ggml.token_type');
    this.#template = new Template(template);
    this.#tokenizer = new BytePairTokenizer({
      tokens,
      merges: list<string>(metadata, 'tokenizer.ggml.merges'),
      specialIds: [...types.keys()].filter((id) => types[id] === CONTROL),
    });
    this.#specialTexts = {
      bos_token: tokens[Number(metadata.get('tokenizer.ggml.bos_token_id'))] ?? '',
      eos_token: tokens[Number(metadata.get('tokenizer.ggml.eos_token_id'))] ?? '',
    };
  }

  /** The conversation as one text, ready for the reply. */
  prompt(messages: readonly ChatMessage[]): string {
    return this.#render(messages, true);
  }

  /** The conversation as the beginning of a longer one. */
  beginning(messages: readonly ChatMessage[]): string {
    return this.#render(messages, false);
  }

  /** The token ids of a text made by {@link prompt} or {@link beginning}. */
  tokenIds(text: string): number[] {
    return this.#tokenizer.encode(text);
  }

  #render(messages: readonly ChatMessage[], add_generation_prompt: boolean): string {
    return this.#template.render({ ...this.#specialTexts, messages, add_generation_prompt });
  }
}

function list<Item extends GgufValue>(metadata: GgufMetadata, key: string): readonly Item[] {
  const value = metadata.get(key);
  if (!Array.isArray(value)) throw new TypeError(`the GGUF file has no "${key}"`);
  return value;
}
