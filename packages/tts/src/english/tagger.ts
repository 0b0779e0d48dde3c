import { own } from './own.ts';

/** The parsed `tagger.json`: an averaged perceptron over Penn Treebank tags. */
export interface TaggerModel {
  readonly tags: readonly string[];
  /** Words with one dominant tag, answered without looking at their neighbours. */
  readonly tagdict: Readonly<Record<string, string>>;
  /** Words frequent enough to be features themselves; others stand in by their shape. */
  readonly vocab: readonly string[];
  /** Feature → tag → weight. */
  readonly weights: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/**
 * Decides the part of speech of each word from left to right, by an averaged perceptron (Collins 2002) over the word,
 * its neighbours and the two tags before it. It is what tells "I read it" from "I will read it".
 */
export class Tagger {
  readonly #model: TaggerModel;
  readonly #frequent: ReadonlySet<string>;
  /** In the order that wins a tie: last in the alphabet first. */
  readonly #tags: readonly string[];

  constructor(model: TaggerModel) {
    this.#model = model;
    this.#frequent = new Set(model.vocab);
    this.#tags = [...model.tags].sort().reverse();
  }

  /** One tag for each word, for example `['PRP', 'VBD', 'NN']`. */
  tag(words: readonly string[]): string[] {
    const frame = ['-START2-', '-START-', ...words.map((word) => this.#frame(word)), '-END-', '-END2-'];
    const tags: string[] = [];
    let previous = '-START-';
    let beforePrevious = '-START2-';
    words.forEach((word, index) => {
      const tag =
        own(this.#model.tagdict, word) ?? this.#best(features(word, index, frame, previous, beforePrevious));
      tags.push(tag);
      beforePrevious = previous;
      previous = tag;
    });
    return tags;
  }

  /** A word as its neighbours see it. */
  #frame(word: string): string {
    const plain = normalised(word);
    return this.#frequent.has(plain) ? plain : `<${shape(word)}>`;
  }

  #best(names: readonly string[]): string {
    const scores = new Map<string, number>();
    for (const name of names) {
      const weights = own(this.#model.weights, name);
      if (weights === undefined) continue;
      for (const tag in weights) scores.set(tag, (scores.get(tag) ?? 0) + (weights[tag] ?? 0));
    }
    let best = 'NN';
    let bestScore = Number.NEGATIVE_INFINITY;
    if (scores.size === 0) return best;
    for (const tag of this.#tags) {
      const score = scores.get(tag) ?? 0;
      if (score <= bestScore) continue;
      best = tag;
      bestScore = score;
    }
    return best;
  }
}

// The names below are the keys of the weight table, so they are fixed by the model file.
function features(
  word: string,
  index: number,
  frame: readonly string[],
  previous: string,
  beforePrevious: string,
): string[] {
  const at = (offset: number): string => frame[index + 2 + offset] ?? '';
  return [
    'b',
    `s3=${lastThree(word)}`,
    `p1=${firstCharacter(word)}`,
    `w=${at(0)}`,
    `sh=${shape(word)}`,
    index === 0 ? 'i0' : 'i+',
    `t-1=${previous}`,
    `t-2=${beforePrevious}`,
    `t-12=${previous},${beforePrevious}`,
    `w-1=${at(-1)}`,
    `s3-1=${lastThree(at(-1))}`,
    `w-2=${at(-2)}`,
    `w+1=${at(1)}`,
    `s3+1=${lastThree(at(1))}`,
    `w+2=${at(2)}`,
  ];
}

function normalised(word: string): string {
  if (word.includes('-') && !word.startsWith('-')) return '!HYPHEN';
  if (/^\p{Nd}{4}$/u.test(word)) return '!YEAR';
  if (/^\p{Nd}/u.test(word)) return '!DIGITS';
  return word.toLowerCase();
}

/** How a word looks: `Xx` capitalised, `XX` capitals, `x` small letters, `d` digits, else mark by mark. */
function shape(word: string): string {
  if (/^\p{L}+$/u.test(word)) {
    const lower = word.toLowerCase();
    if (word === lower) return 'x';
    if (word === word.toUpperCase()) return word.length > 1 ? 'XX' : 'X1';
    const first = firstCharacter(word);
    return first !== first.toLowerCase() && word.slice(first.length) === lower.slice(first.length)
      ? 'Xx'
      : 'xX';
  }
  if (/^\p{Nd}+$/u.test(word)) return 'd';
  return [...word]
    .slice(0, 4)
    .map((mark) => (/\p{Nd}/u.test(mark) ? 'd' : /\p{L}/u.test(mark) ? 'x' : mark))
    .join('');
}

function firstCharacter(word: string): string {
  return String.fromCodePoint(word.codePointAt(0) ?? 0);
}

function lastThree(word: string): string {
  return [...word].slice(-3).join('');
}
