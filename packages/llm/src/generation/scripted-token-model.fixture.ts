import { seededRandom } from './seeded-random.ts';
import type { ReplyFormat, TokenModel } from './token-model.ts';

/** The token that ends a reply: the one after the 256 bytes. */
export const END_ID = 256;

/** A vocabulary of bytes, some words, and an end. */
export class ByteFormat implements ReplyFormat {
  readonly endIds: ReadonlySet<number> = new Set([END_ID]);
  readonly #words: readonly Uint8Array[];

  constructor(words: readonly string[] = []) {
    this.#words = words.map((word) => new TextEncoder().encode(word));
  }

  get size(): number {
    return END_ID + 1 + this.#words.length;
  }

  bytesOf(id: number): Uint8Array {
    if (id < END_ID) return Uint8Array.of(id);
    return this.#words[id - END_ID - 1] ?? new Uint8Array();
  }

  decoder(): { push(id: number): string; flush(): string } {
    const text = new TextDecoder();
    return {
      push: (id) => text.decode(this.bytesOf(id), { stream: true }),
      flush: () => text.decode(),
    };
  }
}

/** A model whose logits a function gives, with the cache of a real one. */
export class ScriptedTokenModel implements TokenModel {
  tokens: number[] = [];
  /** The lengths of what was computed, in order. */
  readonly computed: number[] = [];
  /** Forks that were not disposed of. */
  forks = 0;
  #disposed: () => void = () => undefined;
  readonly #logits: (tokens: readonly number[]) => Float32Array;

  constructor(logits: (tokens: readonly number[]) => Float32Array) {
    this.#logits = logits;
  }

  forward(ids: readonly number[], { logits }: { readonly logits: boolean }): Float32Array | undefined {
    this.computed.push(ids.length);
    this.tokens.push(...ids);
    return logits ? this.#logits(this.tokens) : undefined;
  }

  truncate(length: number): void {
    this.tokens.length = length;
  }

  fork(): ScriptedTokenModel {
    const fork = new ScriptedTokenModel(this.#logits);
    fork.tokens = [...this.tokens];
    this.forks += 1;
    fork.#disposed = () => {
      this.forks -= 1;
    };
    return fork;
  }

  dispose(): void {
    this.#disposed();
  }
}

/** Says a text after whatever prompt of `promptTokens`, then ends. */
export function saying(text: string, promptTokens: number): (tokens: readonly number[]) => Float32Array {
  const bytes = new TextEncoder().encode(text);
  return (tokens) => {
    const logits = new Float32Array(END_ID + 1);
    logits[bytes[tokens.length - promptTokens] ?? END_ID] = 10;
    return logits;
  };
}

/** Holds every token as likely as chance wants it, by what came before. */
export function babbling(size: number, seed: number): (tokens: readonly number[]) => Float32Array {
  return (tokens) => {
    const random = seededRandom(seed + 7919 * tokens.length);
    return Float32Array.from({ length: size }, () => random() * 12);
  };
}
