import { RunAnywhereError } from '@runanywhere/core';
import type { GgufMetadata } from '@runanywhere/kernels';
import { endIds } from './end-of-generation.ts';

/** What a token is, as GGUF numbers it. */
export const TokenKind = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** What a family of tokenizers takes where the file says nothing. */
export interface VocabularyDefaults {
  readonly bosId?: number;
  readonly eosId?: number;
  readonly unknownId?: number;
  readonly addBos: boolean;
}

/** The tokens of a model and what each is, read from its GGUF file. */
export class Vocabulary {
  /** Texts by id, as the file writes them. */
  readonly tokens: readonly string[];
  /** Ids by text. */
  readonly ids: ReadonlyMap<string, number>;
  readonly bosId: number | undefined;
  readonly eosId: number | undefined;
  readonly unknownId: number | undefined;
  /** A text begins with {@link bosId}. */
  readonly addBos: boolean;
  /** A text ends with {@link eosId}. */
  readonly addEos: boolean;
  /** Every token that ends a reply. */
  readonly endIds: ReadonlySet<number>;
  /** Ids of tokens that are found in a text as they stand, the longest first. */
  readonly specialIds: readonly number[];
  readonly #kinds: Uint8Array;

  /** @throws {RunAnywhereError} `model-invalid` when the file has no list of tokens. */
  constructor(metadata: GgufMetadata, defaults: VocabularyDefaults) {
    this.tokens = textList(metadata, 'tokenizer.ggml.tokens');
    const { tokens } = this;
    const ids = new Map<string, number>();
    for (let id = 0; id < tokens.length; id++) ids.set(tokens[id] as string, id);
    this.ids = ids;
    this.#kinds = new Uint8Array(tokens.length).fill(TokenKind.normal);
    this.#kinds.set(numberList(metadata, 'tokenizer.ggml.token_type').slice(0, tokens.length));

    const idOf = (name: string, otherwise?: number): number | undefined => {
      const id = metadata.get(`tokenizer.ggml.${name}_token_id`) ?? otherwise;
      return typeof id === 'number' && id >= 0 && id < tokens.length ? id : undefined;
    };
    this.bosId = idOf('bos', defaults.bosId);
    this.eosId = idOf('eos', defaults.eosId);
    this.unknownId = idOf('unknown', defaults.unknownId);
    const wants = (name: string, otherwise: boolean): boolean =>
      (metadata.get(`tokenizer.ggml.add_${name}_token`) ?? otherwise) === true;
    this.addBos = wants('bos', defaults.addBos) && this.bosId !== undefined;
    this.addEos = wants('eos', false) && this.eosId !== undefined;

    const { ends, controls } = endIds(ids, idOf);
    this.endIds = ends;
    // Some files call them normal; llama.cpp knows better by their names.
    for (const id of controls) this.#kinds[id] = TokenKind.control;
    this.specialIds = specialIds(tokens, this.#kinds);
  }

  /** What the token is: one of {@link TokenKind}, or 0 where the file does not say. */
  kindOf(id: number): number {
    return this.#kinds[id] ?? 0;
  }

  /** True for tokens that steer the model, and those that stand for nothing: no text is made of them. */
  isSilent(id: number): boolean {
    const kind = this.kindOf(id);
    return (
      kind === TokenKind.control || kind === TokenKind.unknown || kind === TokenKind.unused || kind === 0
    );
  }
}

function specialIds(tokens: readonly string[], kinds: Uint8Array): number[] {
  const found: { id: number; bytes: number }[] = [];
  const utf8 = new TextEncoder();
  for (let id = 0; id < tokens.length; id++) {
    const kind = kinds[id];
    const isSpecial =
      kind === TokenKind.control || kind === TokenKind.userDefined || kind === TokenKind.unknown;
    const text = tokens[id] as string;
    if (isSpecial && text !== '') found.push({ id, bytes: utf8.encode(text).length });
  }
  return found.sort((a, b) => b.bytes - a.bytes).map(({ id }) => id);
}

/** @throws {RunAnywhereError} `model-invalid` when the file has no such list of texts. */
export function textList(metadata: GgufMetadata, key: string): readonly string[] {
  const value: unknown = metadata.get(key);
  if (!Array.isArray(value)) throw new RunAnywhereError('model-invalid', { reason: `it has no "${key}"` });
  return value;
}

/** A list of numbers, empty when the file has none under that name. */
export function numberList(metadata: GgufMetadata, key: string): readonly number[] {
  const value: unknown = metadata.get(key);
  if (Array.isArray(value)) return value;
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : [];
}
