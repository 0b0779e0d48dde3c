import { isCurrencySign } from './number-reader.ts';
import { SPOKEN_PUNCTUATION } from './phonemes.ts';

/** A token with its part of speech, or one whose phonemes the text itself gives. */
export interface TaggedToken {
  readonly text: string;
  readonly tag: string;
  readonly spaceAfter: boolean;
  readonly phonemes?: string;
}

/** A piece of a token: letters, figures or a mark. `McDonald's-2` has four. */
export interface WordPart {
  readonly text: string;
  readonly tag: string;
  readonly spaceAfter: boolean;
  /** False when another part of the same word stands before it. */
  readonly startsWord: boolean;
  /** The currency sign that was written before this number. */
  readonly currency?: string | undefined;
  /** What it is read as, when that is not its own text. */
  readonly alias?: string | undefined;
  /** Set where the reading is settled; `''` is silence. */
  readonly phonemes?: string | undefined;
}

/** Marks that join the parts of a word and are silent: "O'Neil", "well-known". */
const JOINERS = new Set("',-._‘’/");

const LETTER = '[\\p{L}\\p{Nl}\\p{No}]';
const UPPER = '[A-ZÀ-ÖØ-Þ]';
const LOWER = '[a-zß-öø-ÿ]';
const PIECES = new RegExp(
  [
    "^['‘’]+",
    `${UPPER}(?=${UPPER}${LOWER})`, // the A of "AMillion": a word begins after it
    '(?:^-)?(?:\\p{Nd}?[,.]?\\p{Nd})+', // figures
    '[-_]+',
    "['‘’]{2,}",
    `${LETTER}*?(?:['‘’]${LETTER})*?${LOWER}(?=${UPPER})`, // the "chat" of "chatGPT"
    `${LETTER}+(?:['‘’]${LETTER})*`,
    "[^\\p{L}\\p{N}_\\-'‘’]",
    "['‘’]+$",
  ].join('|'),
  'gu',
);

const PUNCTUATION_TAGS = new Set(['.', ',', '-LRB-', '-RRB-', '``', '""', "''", ':', '$', '#', 'NFP']);
const MARK_BY_TAG: Readonly<Record<string, string>> = {
  '-LRB-': '(',
  '-RRB-': ')',
  '``': '“',
  '""': '”',
  "''": '”',
};

/** Whether the text consists of silent joiners alone. */
export function isSilentJoiner(text: string): boolean {
  return [...text].every((mark) => JOINERS.has(mark));
}

/** Whether the text has a letter or a figure, which must be heard. */
export function mustBeHeard(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/**
 * Cuts tokens into parts and groups them into words: a word is a run of parts without white space between them. Marks
 * get their final reading here; what has a final reading stands alone.
 */
export function wordsOf(tokens: readonly TaggedToken[]): WordPart[][] {
  const words: WordPart[][] = [];
  let open: WordPart[] | undefined;
  let currency: string | undefined;

  tokens.forEach((token, tokenIndex) => {
    const pieces = token.phonemes === undefined ? (token.text.match(PIECES) ?? [token.text]) : [token.text];
    const nextIsNumber = tokens[tokenIndex + 1]?.tag === 'CD';

    pieces.forEach((text, index) => {
      const isLast = index === pieces.length - 1;
      const part: WordPart = {
        text,
        tag: token.tag,
        spaceAfter: isLast && token.spaceAfter,
        startsWord: true,
        phonemes: token.phonemes ?? markReading(text, token.tag),
      };

      if (
        part.phonemes === undefined &&
        isCurrencySign(text) &&
        !isUnitBehindNumber(textAfter(tokens, tokenIndex, pieces, index))
      ) {
        currency = text;
        words.push([{ ...part, phonemes: '' }]);
        open = undefined;
        return;
      }
      if (part.phonemes !== undefined) {
        words.push([part]);
        open = undefined;
        return;
      }

      let withCurrency = part;
      if (currency !== undefined) {
        if (token.tag !== 'CD' && !/^\d/.test(text)) currency = undefined;
        else if (isLast && !nextIsNumber) withCurrency = { ...part, currency };
      } else if (isTwoForTo(pieces, index)) {
        words.push([{ ...part, alias: 'to' }]);
        open = undefined;
        return;
      }

      if (open) open.push({ ...withCurrency, startsWord: false });
      else {
        open = [withCurrency];
        words.push(open);
      }
      if (part.spaceAfter) open = undefined;
    });
  });
  return words;
}

/** The reading of a mark, `undefined` for anything that a dictionary must read. */
function markReading(text: string, tag: string): string | undefined {
  if (tag === ':' && (text === '-' || text === '–')) return '—';
  if (!PUNCTUATION_TAGS.has(tag) || mustBeHeard(text) || isCurrencySign(text)) return undefined;
  return MARK_BY_TAG[tag] ?? [...text].filter((mark) => SPOKEN_PUNCTUATION.has(mark)).join('');
}

/** Whether a currency sign is said where it stands ("5$", "$ only"), not after a number ("$5") and not of a name ("$HOME"). */
function isUnitBehindNumber(next: string): boolean {
  return !/^[\d.]*\d|^\p{L}/u.test(next);
}

function textAfter(
  tokens: readonly TaggedToken[],
  tokenIndex: number,
  pieces: readonly string[],
  index: number,
): string {
  const token = tokens[tokenIndex];
  const following = tokens[tokenIndex + 1]?.text ?? '';
  // "$ 5" is an amount all the same; in "$ HOME" the sign stands for itself.
  return pieces[index + 1] ?? (token?.spaceAfter && !/^\d/.test(following) ? '' : following);
}

/** The 2 of "B2B". */
function isTwoForTo(pieces: readonly string[], index: number): boolean {
  const before = pieces[index - 1]?.at(-1) ?? '';
  const after = pieces[index + 1]?.[0] ?? '';
  return pieces[index] === '2' && /^\p{L}{2}$/u.test(before + after);
}
