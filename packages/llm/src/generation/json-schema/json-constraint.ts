import { type JsonSchema, RunAnywhereError } from '@runanywhere/core';
import { compileSchema } from './compile-schema.ts';
import { JsonState } from './json-state.ts';
import type { VocabularyBytes } from './vocabulary-bytes.ts';

/**
 * Keeps a reply on the way to JSON that fits a schema. Tokens are tried one by one, the likely ones first, so nothing is
 * computed for the rest of the vocabulary; and none is let through after which the tokens that are left would not suffice
 * to bring the text to its end.
 */
export class JsonConstraint {
  readonly #vocabulary: VocabularyBytes;
  #state: JsonState;

  /**
   * @param maxTokens tokens that the reply may have.
   * @throws {RunAnywhereError} `invalid-options` for a schema that is not understood, and for one that no reply so short fits.
   */
  constructor(schema: JsonSchema, vocabulary: VocabularyBytes, maxTokens: number) {
    this.#vocabulary = vocabulary;
    this.#state = JsonState.begin(compileSchema(schema));
    const needed = this.closing()?.length;
    if (needed === undefined || needed > maxTokens)
      throw new RunAnywhereError('invalid-options', {
        option: 'jsonSchema',
        reason: `the shortest reply that fits it has ${needed} tokens, and there is room for ${maxTokens}`,
      });
  }

  /** Whether the reply may end. */
  get complete(): boolean {
    return this.#state.complete;
  }

  /** Whether nothing can follow. */
  get ended(): boolean {
    return this.#state.ended;
  }

  /**
   * Whether a token may come next.
   *
   * @param tokensLeft tokens that may come after it.
   */
  allows(id: number, tokensLeft: number): boolean {
    const next = this.#after(id);
    if (!next) return false;
    const closing = next.closing();
    if (closing.length <= tokensLeft) return true;
    return (this.#vocabulary.tokenIds(closing)?.length ?? Number.POSITIVE_INFINITY) <= tokensLeft;
  }

  /** Goes on with a token that {@link allows} or {@link closing} gave. */
  add(id: number): void {
    this.#state = this.#after(id) ?? this.#state;
  }

  /**
   * The tokens of the shortest end, when they are as many as are left or more; `undefined` while there are more.
   *
   * @param tokensLeft tokens that may come; without it, the end whatever its length.
   */
  closing(tokensLeft?: number): number[] | undefined {
    const text = this.#state.closing();
    if (tokensLeft !== undefined && text.length < tokensLeft) return undefined;
    const ids = this.#vocabulary.tokenIds(text);
    return tokensLeft === undefined || (ids && ids.length >= tokensLeft) ? ids : undefined;
  }

  #after(id: number): JsonState | undefined {
    const bytes = this.#vocabulary.bytesOf(id);
    if (bytes.length === 0) return undefined;
    let state: JsonState | undefined = this.#state;
    for (const byte of bytes) state = state?.push(byte);
    return state;
  }
}
