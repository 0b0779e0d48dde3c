/** A model that goes on from the tokens it was given; what the generation of replies needs of one. */
export interface TokenModel {
  /** The tokens in its cache, in order. */
  readonly tokens: readonly number[];
  /**
   * Adds tokens at the end of the cache, at once: nothing else happens meanwhile.
   *
   * @param ids 1 to 64 of them.
   * @returns the logits that follow the last one, valid until the next call, when `logits` asks for them.
   */
  forward(ids: readonly number[], options: { readonly logits: boolean }): Float32Array | undefined;
  /** Forgets what comes after the first `length` tokens. */
  truncate(length: number): void;
  /** Another model of the same weights, with a cache of its own that begins as a copy. Dispose of it after use. */
  fork(): TokenModel;
  /** Frees the cache. */
  dispose(): void;
}

/** Text for tokens, and tokens for text. */
export interface ReplyFormat {
  /** Tokens of the vocabulary. */
  readonly size: number;
  /** Tokens that end a reply. */
  readonly endIds: ReadonlySet<number>;
  /** The bytes of a token's text; none for one that stands for no text. */
  bytesOf(id: number): Uint8Array;
  /** Turns the tokens of one reply into text. */
  decoder(): { push(id: number): string; flush(): string };
}
