/** What the tokens of a model stand for, as bytes. */
export interface TokenBytes {
  /** Tokens of the vocabulary. */
  readonly size: number;
  /** The bytes of a token; none for one that stands for no text. */
  bytesOf(id: number): Uint8Array;
}

/** Tokens longer than this are not looked for. */
const LONGEST_BYTES = 32;

/** Finds tokens for given bytes. Made once for a model: it goes through the whole vocabulary. */
export class VocabularyBytes {
  readonly #tokens: TokenBytes;
  readonly #ids = new Map<string, number>();

  constructor(tokens: TokenBytes) {
    this.#tokens = tokens;
    for (let id = 0; id < tokens.size; id++) {
      const bytes = tokens.bytesOf(id);
      if (bytes.length === 0 || bytes.length > LONGEST_BYTES) continue;
      const text = String.fromCharCode(...bytes);
      if (!this.#ids.has(text)) this.#ids.set(text, id);
    }
  }

  bytesOf(id: number): Uint8Array {
    return this.#tokens.bytesOf(id);
  }

  /**
   * Tokens that stand for a byte string: always the longest that fits, so that what is left after the first of them has
   * exactly the other ones.
   *
   * @returns `undefined` when a byte has no token.
   */
  tokenIds(text: string): number[] | undefined {
    const ids: number[] = [];
    for (let at = 0; at < text.length; ) {
      let length = Math.min(LONGEST_BYTES, text.length - at);
      while (length > 0 && !this.#ids.has(text.slice(at, at + length))) length -= 1;
      if (length === 0) return undefined;
      ids.push(this.#ids.get(text.slice(at, at + length)) as number);
      at += length;
    }
    return ids;
  }
}
