import type { GgufMetadata } from '@runanywhere/kernels';
import { BYTE_CHARACTERS, CHARACTER_BYTES } from './byte-characters.ts';
import { joinPairs } from './join-pairs.ts';
import { splitAtSpecials } from './special-tokens.ts';
import { TokenDecoder } from './token-decoder.ts';
import type { EncodeOptions, Tokenizer } from './tokenizer.ts';
import { unsupported } from './unsupported.ts';
import { TokenKind, textList, Vocabulary } from './vocabulary.ts';
import { WORD_SPLITTERS, type WordSplitter } from './word-splitters.ts';

/** Words that are remembered; prompts say the same ones again and again. All are forgotten when there are more. */
const MAX_WORDS = 20_000;
/** Longer ones hardly come again. */
const MAX_WORD_LENGTH = 64;

/**
 * Text to token ids with GPT-2's byte-level byte-pair encoding (Sennrich et al. 2016, "Neural machine translation of rare
 * words with subword units"), its words cut as the file's `tokenizer.ggml.pre` says. Gives what llama.cpp gives.
 */
export class BytePairTokenizer implements Tokenizer {
  readonly vocabulary: Vocabulary;
  readonly #splitter: WordSplitter;
  readonly #ranks = new Map<string, number>();
  readonly #specials: readonly (readonly [string, number])[];
  readonly #words = new Map<string, readonly number[]>();
  readonly #utf8 = new TextEncoder();

  /**
   * @throws {RunAnywhereError} `model-unsupported` when the way of cutting words is not known, `model-invalid` when the file
   * has no tokens or merges.
   */
  constructor(metadata: GgufMetadata) {
    const name = metadata.get('tokenizer.ggml.pre') ?? 'default';
    const splitter = typeof name === 'string' ? WORD_SPLITTERS.get(name) : undefined;
    if (!splitter) throw unsupported(`the pre-tokenizer "${String(name)}"`);
    this.#splitter = splitter;
    this.vocabulary = new Vocabulary(metadata, { addBos: splitter.addBos });
    const { tokens, specialIds } = this.vocabulary;
    this.#specials = specialIds.map((id) => [tokens[id] as string, id]);
    // Backwards, so that the first of two equal merges counts.
    const merges = textList(metadata, 'tokenizer.ggml.merges');
    for (let rank = merges.length - 1; rank >= 0; rank--) this.#ranks.set(merges[rank] as string, rank);
  }

  encode(text: string, { parseSpecial = true, addSpecial = false }: EncodeOptions = {}): number[] {
    const { vocabulary } = this;
    const ids: number[] = [];
    if (addSpecial && vocabulary.addBos) ids.push(vocabulary.bosId as number);
    const specials = parseSpecial
      ? this.#specials
      : this.#specials.filter(([, id]) => vocabulary.kindOf(id) === TokenKind.userDefined);
    for (const part of splitAtSpecials(text, specials)) {
      if (typeof part === 'number') ids.push(part);
      else for (const [word] of part.matchAll(this.#splitter.words)) ids.push(...this.#wordIds(word));
    }
    if (addSpecial && vocabulary.addEos) ids.push(vocabulary.eosId as number);
    return ids;
  }

  decoder(): TokenDecoder {
    return new TokenDecoder({ bytesOf: (id) => this.bytesOf(id), dropFirstSpace: false });
  }

  #wordIds(word: string): readonly number[] {
    const known = this.#words.get(word);
    if (known) return known;
    const ids = this.#joinWord(
      Array.from(this.#utf8.encode(word), (byte) => BYTE_CHARACTERS[byte] as string),
    );
    if (word.length <= MAX_WORD_LENGTH) {
      if (this.#words.size >= MAX_WORDS) this.#words.clear();
      this.#words.set(word, ids);
    }
    return ids;
  }

  #joinWord(characters: readonly string[]): number[] {
    const { ids } = this.vocabulary;
    if (this.#splitter.ignoreMerges) {
      const whole = ids.get(characters.join(''));
      if (whole !== undefined) return [whole];
    }
    const symbols = joinPairs(characters, (left, right) => this.#ranks.get(`${left} ${right}`));
    return symbols.flatMap((symbol) => {
      const id = ids.get(symbol);
      if (id !== undefined) return [id];
      // llama.cpp then takes the symbol apart and leaves out what has no token: the bytes that never stand in UTF-8.
      return Array.from(symbol, (character) => (character < '\x80' ? ids.get(character) : undefined)).filter(
        (byteId) => byteId !== undefined,
      );
    });
  }

  bytesOf(id: number): Uint8Array {
    const { vocabulary } = this;
    const text = vocabulary.tokens[id];
    if (text === undefined || vocabulary.isSilent(id)) return new Uint8Array();
    if (vocabulary.kindOf(id) === TokenKind.userDefined) return this.#utf8.encode(text);
    const bytes: number[] = [];
    for (const character of text) {
      const byte = CHARACTER_BYTES.get(character);
      if (byte !== undefined) bytes.push(byte);
      else bytes.push(...this.#utf8.encode(character));
    }
    return Uint8Array.from(bytes);
  }
}
