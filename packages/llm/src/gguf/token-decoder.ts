/** What a {@link TokenDecoder} takes a token for. */
export interface TokenDecoderOptions {
  /** The bytes of a token's text, a part of a character perhaps; none for tokens that steer the model. */
  readonly bytesOf: (id: number) => Uint8Array;
  /** Leaves out one space at the very beginning: SentencePiece puts it before the first word of every text. */
  readonly dropFirstSpace: boolean;
}

/** Turns the tokens of one reply into text while they come. Characters that are spread over tokens come out whole. */
export class TokenDecoder {
  readonly #bytesOf: (id: number) => Uint8Array;
  // A byte order mark is a character like any other here.
  readonly #text = new TextDecoder('utf-8', { ignoreBOM: true });
  #dropsSpace: boolean;

  constructor({ bytesOf, dropFirstSpace }: TokenDecoderOptions) {
    this.#bytesOf = bytesOf;
    this.#dropsSpace = dropFirstSpace;
  }

  /** The text that is complete with this token: empty while a character is not, and for tokens that steer the model. */
  push(id: number): string {
    let bytes = this.#bytesOf(id);
    if (this.#dropsSpace && bytes.length > 0) {
      this.#dropsSpace = false;
      if (bytes[0] === 0x20) bytes = bytes.subarray(1);
    }
    return this.#text.decode(bytes, { stream: true });
  }

  /** Ends the text: U+FFFD when the last character was cut, else nothing. */
  flush(): string {
    return this.#text.decode();
  }
}
