import { Template } from '@huggingface/jinja';
import { type ChatMessage, RunAnywhereError } from '@runanywhere/core';
import type { GgufMetadata } from '@runanywhere/kernels';
import type { TokenDecoder } from './token-decoder.ts';
import { openTokenizer, type Tokenizer } from './tokenizer.ts';
import { unsupported } from './unsupported.ts';

/** Turns conversations into what one model was trained on, and its tokens into text: template and tokenizer of its GGUF file. */
export class PromptFormat {
  readonly #engine: string;
  readonly #source: string;
  readonly #template: Template;
  readonly #tokenizer: Tokenizer;
  readonly #specialTexts: { readonly bos_token: string; readonly eos_token: string };

  /**
   * @param engine what errors about a conversation call the model.
   * @throws {RunAnywhereError} `model-unsupported` when the file has no chat template, or one that cannot be read, or a tokenizer that is not known
   * here; the error names it.
   */
  constructor(metadata: GgufMetadata, engine = 'the language model') {
    const source = metadata.get('tokenizer.chat_template');
    if (typeof source !== 'string') throw unsupported('no chat template');
    this.#engine = engine;
    this.#source = source;
    this.#template = parse(source);
    this.#tokenizer = openTokenizer(metadata);
    const { tokens, bosId, eosId } = this.#tokenizer.vocabulary;
    this.#specialTexts = {
      bos_token: bosId === undefined ? '' : (tokens[bosId] as string),
      eos_token: eosId === undefined ? '' : (tokens[eosId] as string),
    };
  }

  /** Every token that ends a reply. None of them is part of its text. */
  get endIds(): ReadonlySet<number> {
    return this.#tokenizer.vocabulary.endIds;
  }

  /**
   * The conversation as one text, ready for the reply.
   *
   * @throws {RunAnywhereError} `engine-failed` when the template refuses the conversation.
   */
  prompt(messages: readonly ChatMessage[]): string {
    return this.#render(messages, true);
  }

  /**
   * The conversation as the beginning of a longer one.
   *
   * @throws {RunAnywhereError} `engine-failed` when the template refuses the conversation.
   */
  beginning(messages: readonly ChatMessage[]): string {
    return this.#render(messages, false);
  }

  /** The token ids of a text made by {@link prompt} or {@link beginning}, begun with the token for that if the model wants it. */
  tokenIds(text: string): number[] {
    const { addBos, bosId } = this.#tokenizer.vocabulary;
    const ids = this.#tokenizer.encode(text);
    // Many templates write it themselves, and twice is not what the model was trained on.
    if (addBos && bosId !== undefined && ids[0] !== bosId) ids.unshift(bosId);
    return ids;
  }

  /** Tokens of the vocabulary. */
  get size(): number {
    return this.#tokenizer.vocabulary.tokens.length;
  }

  /** The bytes of a token's text, a part of a character perhaps; none for tokens that steer the model. */
  bytesOf(id: number): Uint8Array {
    return this.#tokenizer.bytesOf(id);
  }

  /** Turns the tokens of one reply into text. */
  decoder(): TokenDecoder {
    return this.#tokenizer.decoder();
  }

  #render(messages: readonly ChatMessage[], add_generation_prompt: boolean): string {
    try {
      // What a model thinks before it answers is not meant to be spoken; templates that know thinking leave it out.
      return this.#template.render({
        ...this.#specialTexts,
        messages,
        add_generation_prompt,
        enable_thinking: false,
      });
    } catch (error) {
      // The error goes no further: it may quote the conversation. A sentence of the template itself cannot.
      const message = error instanceof Error ? error.message : '';
      const isOwn = [`'${message}'`, `"${message}"`].some((literal) => this.#source.includes(literal));
      const reason = isOwn && message !== '' ? `: "${message}"` : '';
      throw new RunAnywhereError('engine-failed', {
        engine: this.#engine,
        reason: `its chat template refuses the conversation${reason}`,
      });
    }
  }
}

function parse(source: string): Template {
  try {
    return new Template(source);
  } catch (cause) {
    throw unsupported('a chat template of a new kind', { cause });
  }
}
