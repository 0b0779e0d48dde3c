/** What a byte-pair vocabulary consists of. */
export interface BytePairVocabulary {
  /** The tokens by id, bytes written as the characters of {@link byteCharacters}. */
  readonly tokens: readonly string[];
  /** Pairs that are joined, the most urgent first, as `'left right'`. */
  readonly merges: readonly string[];
  /** Ids of tokens that are found in the text as they stand, such as `<|im_end|>`. */
  readonly specialIds: readonly number[];
}

/** Digits stand alone: every number is spelled. */
const DIGIT = /\p{N}/u;

/** GPT-2's words: contractions, letters, other signs with the space before them, and white space up to the last one before a word. */
const WORDS =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}/gu;

/**
 * Text to token ids with GPT-2's byte-level byte-pair encoding (Sennrich et al. 2016, "Neural machine translation of rare
 * words with subword units") and SmolLM's way of cutting text into words. Gives what llama.cpp gives for `pre = smollm`.
 */
export class BytePairTokenizer {
  readonly #ids = new Map<string, number>();
  readonly #ranks = new Map<string, number>();
  readonly #specials: RegExp | undefined;
  readonly #encoder = new TextEncoder();
  readonly #byteCharacters = byteCharacters();

  constructor({ tokens, merges, specialIds }: BytePairVocabulary) {
    for (const [id, token] of tokens.entries()) this.#ids.set(token, id);
    for (const [rank, pair] of merges.entries()) this.#ranks.set(pair, rank);
    const specials = specialIds
      .map((id) => tokens[id])
      .filter((token) => token !== undefined && token !== '') as string[];
    if (specials.length > 0) {
      const longestFirst = specials.sort((a, b) => b.length - a.length).map(escapeForRegExp);
      this.#specials = new RegExp(`(${longestFirst.join('|')})`, 'u');
    }
  }

  /** The ids of `text`. Special tokens written in it count as such. */
  encode(text: string): number[] {
    const ids: number[] = [];
    const parts = this.#specials ? text.split(this.#specials) : [text];
    for (const [index, part] of parts.entries()) {
      // A split by one capturing group puts what the group caught at the odd places.
      if (index % 2 === 1) ids.push(this.#ids.get(part) as number);
      else for (const word of words(part)) this.#encodeWord(word, ids);
    }
    return ids;
  }

  #encodeWord(word: string, ids: number[]): void {
    const symbols = Array.from(this.#encoder.encode(word), (byte) => this.#byteCharacters[byte] as string);
    const rankAt = (at: number): number =>
      this.#ranks.get(`${symbols[at]} ${symbols[at + 1]}`) ?? Number.POSITIVE_INFINITY;
    // The rank of each symbol's pair with the next one; only those beside a join change.
    const ranks = symbols.map((_symbol, at) => rankAt(at));
    while (true) {
      const best = lowestAt(ranks);
      if (!Number.isFinite(ranks[best])) break;
      symbols.splice(best, 2, `${symbols[best]}${symbols[best + 1]}`);
      ranks.splice(best, 1);
      ranks[best] = rankAt(best);
      if (best > 0) ranks[best - 1] = rankAt(best - 1);
    }
    for (const symbol of symbols) {
      const id = this.#ids.get(symbol);
      // A few bytes that never stand in UTF-8 text have no token; llama.cpp leaves them out as well.
      if (id !== undefined) ids.push(id);
    }
  }
}

/** The first of the places that hold the lowest number. */
function lowestAt(numbers: readonly number[]): number {
  let lowest = 0;
  for (let at = 1; at < numbers.length; at++) {
    if ((numbers[at] as number) < (numbers[lowest] as number)) lowest = at;
  }
  return lowest;
}

function* words(text: string): Iterable<string> {
  for (const part of text.split(/(\p{N})/u)) {
    if (part === '') continue;
    if (DIGIT.test(part)) yield part;
    else for (const [word] of part.matchAll(WORDS)) yield word;
  }
}

/** The visible character that stands for each byte: itself where it prints, else one from U+0100 on (GPT-2's table). */
function byteCharacters(): readonly string[] {
  const prints = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(prints(byte) ? byte : next++));
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
