/** What may be told of a reply after a piece was added. */
export interface StopResult {
  readonly text: string;
  /** A stop text was found: `text` is the last piece. */
  readonly stopped: boolean;
}

/** Ends a reply at given texts, which may come in pieces: what may be the beginning of one is held back. */
export class StopStrings {
  readonly #stops: readonly string[];
  #held = '';

  /** @param stops texts that are not empty. */
  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** Adds a piece. After one that stopped, no other may follow. */
  push(piece: string): StopResult {
    if (this.#stops.length === 0) return { text: piece, stopped: false };
    const text = this.#held + piece;
    const found = this.#stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
    if (found.length > 0) {
      this.#held = '';
      return { text: text.slice(0, Math.min(...found)), stopped: true };
    }
    const heldLength = Math.max(...this.#stops.map((stop) => overlap(text, stop)));
    this.#held = text.slice(text.length - heldLength);
    return { text: text.slice(0, text.length - heldLength), stopped: false };
  }

  /** What was held back, when the reply has ended otherwise. */
  flush(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }
}

/** How many characters at the end of `text` are the beginning of `stop`. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--)
    if (text.endsWith(stop.slice(0, length))) return length;
  return 0;
}
