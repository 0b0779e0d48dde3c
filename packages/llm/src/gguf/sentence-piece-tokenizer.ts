import type { GgufMetadata } from '@runanywhere/kernels';
import { joinPairs } from './join-pairs.ts';
import { splitAtSpecials } from './special-tokens.ts';
import { TokenDecoder } from './token-decoder.ts';
import type { EncodeOptions, Tokenizer } from './tokenizer.ts';
import { numberList, TokenKind, Vocabulary } from './vocabulary.ts';

/** What SentencePiece writes for a space. */
const SPACE = '\u2581';

/**
 * Text to token ids as SentencePiece does it for Llama 2 and its kin (Kudo and Richardson 2018, "SentencePiece"): pairs
 * of characters are joined by the score of what they make, and what has no token is spelled in bytes. Gives what
 * llama.cpp gives for `tokenizer.ggml.model = llama`.
 */
export class SentencePieceTokenizer implements Tokenizer {
  readonly vocabulary: Vocabulary;
  /** A text, and what follows a special token, begins with a space more. */
  readonly #addsSpace: boolean;
  readonly #scores: readonly number[];
  readonly #specials: readonly (readonly [string, number])[];
  readonly #utf8 = new TextEncoder();

  /** @throws {RunAnywhereError} `model-invalid` when the file has no list of tokens. */
  constructor(metadata: GgufMetadata) {
    this.vocabulary = new Vocabulary(metadata, { bosId: 1, eosId: 2, unknownId: 0, addBos: true });
    const { tokens, specialIds } = this.vocabulary;
    this.#addsSpace = (metadata.get('tokenizer.ggml.add_space_prefix') ?? true) === true;
    this.#scores = numberList(metadata, 'tokenizer.ggml.scores');
    this.#specials = specialIds.map((id) => [tokens[id] as string, id]);
  }

  encode(text: string, { parseSpecial = true, addSpecial = false }: EncodeOptions = {}): number[] {
    const { vocabulary } = this;
    const ids: number[] = [];
    if (addSpecial && vocabulary.addBos) ids.push(vocabulary.bosId as number);
    const specials = parseSpecial
      ? this.#specials
      : this.#specials.filter(([, id]) => vocabulary.kindOf(id) === TokenKind.userDefined);
    let isPreviousSpecial = true;
    for (const part of splitAtSpecials(text, specials)) {
      if (typeof part === 'number') ids.push(part);
      else
        for (const id of this.#textIds(this.#addsSpace && isPreviousSpecial ? ` ${part}` : part))
          ids.push(id);
      isPreviousSpecial = typeof part === 'number';
    }
    if (addSpecial && vocabulary.addEos) ids.push(vocabulary.eosId as number);
    return ids;
  }

  decoder(): TokenDecoder {
    return new TokenDecoder({ bytesOf: (id) => this.bytesOf(id), dropFirstSpace: this.#addsSpace });
  }

  #textIds(text: string): number[] {
    const { ids } = this.vocabulary;
    // Half a surrogate pair is no character; TextEncoder makes the same of it.
    const characters = Array.from(text.replaceAll(' ', SPACE).replace(/\p{Surrogate}/gu, '\ufffd'));
    const symbols = joinPairs(characters, (left, right) => {
      const id = ids.get(left + right);
      return id === undefined ? undefined : -(this.#scores[id] ?? 0);
    });
    return symbols.flatMap((symbol) => ids.get(symbol) ?? this.#byteIds(symbol));
  }

  #byteIds(symbol: string): number[] {
    const { ids, unknownId } = this.vocabulary;
    return Array.from(this.#utf8.encode(symbol), (byte) => {
      const hex = byte.toString(16).toUpperCase().padStart(2, '0');
      return ids.get(`<0x${hex}>`) ?? unknownId;
    }).filter((id) => id !== undefined);
  }

  bytesOf(id: number): Uint8Array {
    const { vocabulary } = this;
    const text = vocabulary.tokens[id];
    if (text === undefined || vocabulary.isSilent(id)) return new Uint8Array();
    if (vocabulary.kindOf(id) === TokenKind.byte) return Uint8Array.of(Number.parseInt(text.slice(3, 5), 16));
    return this.#utf8.encode(text.replaceAll(SPACE, ' '));
  }
}
