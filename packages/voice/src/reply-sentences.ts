/** Cuts a text that arrives in pieces into stretches that can be spoken one after the other. */
export interface SentenceSplitter {
  /** Takes the next piece of the text and returns the stretches that are complete now, mostly none. */
  push(delta: string): readonly string[];
  /** The text is over: returns what was left. */
  end(): readonly string[];
}

/** A first stretch of at least this many characters may end with a clause: speech starts sooner. */
const FIRST_CLAUSE_CHARACTERS = 16;
/** Longer sentences are cut at a clause end, too. */
const LONG_CHARACTERS = 160;
/** Whatever is longer than this is cut at a space. */
const LONGEST_CHARACTERS = 280;

// A full stop after these ends no sentence. Lower case, without the last full stop.
const ABBREVIATIONS = new Set(
  'mr mrs ms dr prof sr jr st mt vs etc no vol fig approx dept est inc ltd co corp gen col sgt capt lt rev hon e.g i.e cf al ca jan feb mar apr jun jul aug sep sept oct nov dec'.split(
    ' ',
  ),
);

const CLOSERS = '"\'’”»)]*_`';
const WIDE_TERMINATORS = '。！？';

/**
 * The default {@link SentenceSplitter}, for European scripts and for those with wide full stops. Joined, its stretches
 * are the text again, character by character, and where the pieces were cut makes no difference.
 *
 * A sentence ends at `.`, `!`, `?` or `…` (closing quotes and brackets included) before a space, unless the next letter
 * is small, or the word is an abbreviation, an initial or the number of a list item; and at a line's end. The first
 * stretch may already end at a comma, so that speech starts soon.
 */
export class ReplySentences implements SentenceSplitter {
  #text = '';
  /** Everything before it has been looked at and holds no cut. */
  #next = 0;
  #first = true;

  push(delta: string): readonly string[] {
    this.#text += delta;
    const stretches: string[] = [];
    for (; this.#next < this.#text.length; this.#next++) {
      // A cut is made in front of the first character of the next word, when that is known.
      if (isSpace(this.#text[this.#next])) continue;
      const cut = this.#cutBefore(this.#next);
      if (cut > 0) stretches.push(this.#take(cut));
    }
    return stretches;
  }

  end(): readonly string[] {
    return this.#text === '' ? [] : [this.#take(this.#text.length)];
  }

  /** Where to cut, given that the text up to the visible character at `index` is known; 0: nowhere. */
  #cutBefore(index: number): number {
    const before = this.#text.slice(0, index);
    const trimmed = before.trimEnd();
    if (trimmed.trim() === '') return 0;
    const gap = before.slice(trimmed.length);
    const isTerminator = WIDE_TERMINATORS.includes(trimmed.at(-1) ?? '');
    if (isTerminator && !CLOSERS.includes(this.#text[index] ?? '')) return index;
    if (gap === '') return index >= LONGEST_CHARACTERS ? lastSpaceEnd(before) : 0;
    if (gap.includes('\n')) return index;
    if (endsSentence(trimmed, this.#text[index] ?? '')) return index;
    const enough = this.#first ? FIRST_CLAUSE_CHARACTERS : LONG_CHARACTERS;
    if (trimmed.trimStart().length >= enough && /[,;:–—]$| -$/.test(stripClosers(trimmed))) return index;
    return index >= LONGEST_CHARACTERS ? index : 0;
  }

  #take(length: number): string {
    const stretch = this.#text.slice(0, length);
    this.#text = this.#text.slice(length);
    this.#next = Math.max(0, this.#next - length);
    this.#first = false;
    return stretch;
  }
}

function endsSentence(text: string, next: string): boolean {
  const core = stripClosers(text);
  if (!/[.!?…]$/.test(core)) return false;
  if (/\p{Ll}/u.test(next)) return false;
  if (!core.endsWith('.') || core.endsWith('..')) return true;
  const word = /(\S+)\.$/.exec(core)?.[1]?.replace(/^[("'“‘«[*_]+/, '') ?? '';
  if (/^\d+$/.test(word)) return !/(^|\n)\s*\d+\.$/.test(core);
  if (/^[ap]\.m$/i.test(word)) return true;
  return !/^(\p{L}\.)*\p{L}$/u.test(word) && !ABBREVIATIONS.has(word.toLowerCase());
}

function stripClosers(text: string): string {
  let end = text.length;
  while (end > 0 && CLOSERS.includes(text[end - 1] ?? '')) end--;
  return text.slice(0, end);
}

function lastSpaceEnd(text: string): number {
  const cut = /^[\s\S]*\s/.exec(text)?.[0].length ?? 0;
  return cut > 0 && text.slice(0, cut).trim() !== '' ? cut : text.length;
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}
