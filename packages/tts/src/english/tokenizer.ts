import { own } from './own.ts';

/** The parsed `tokenizer_exceptions.json`: strings that are cut in a way of their own, `'10am'` → `['10', 'am']`. */
export type TokenizerExceptions = Readonly<Record<string, readonly string[]>>;

/** A word or a mark, and whether white space came after it. */
export interface TextToken {
  readonly text: string;
  readonly spaceAfter: boolean;
}

// The rules of spaCy's English tokenizer (MIT), on whose tokens the tagger was trained.
const LOWER = 'a-zß-öø-ÿ';
const UPPER = 'A-ZÀ-ÖØ-Þ';
const LETTER = '[\\p{L}\\p{Nl}\\p{No}]';
const LETTER_OR_DIGIT = '[\\p{L}\\p{N}]';
const QUOTES = '\'"”“`‘´’‚,„»«「」『』（）〔〕【】《》〈〉';
const MARKS = '…,:;!?¿¡()\\[\\]{}<>_#*&。？！，、；：～·';
const SIGNS = '™®©°§¶†‡•';
const CURRENCY = 'US\\$|C\\$|A\\$|[$£€¥฿₽₹₩₪₺₴₦₫₱₲₵₸₼₾₿]';
const UNITS =
  '[kdcm]?m[²³]?|ha|[µn]m|yd|in|ft|kg|g|mg|µg|t|lb|oz|m/s|km/h|kmh|mph|hPa|Pa|mbar|mb|MB|kb|KB|gb|GB|tb|TB|T|G|M|K|%';

const OPENING = new RegExp(`^(?:\\.\\.+|${CURRENCY}|[%=—–${MARKS}${QUOTES}${SIGNS}]|\\+(?!\\p{Nd}))`, 'u');
const CLOSING = new RegExp(
  [
    "(?:'s|'S|’s|’S)$",
    '\\.\\.+$',
    `[—–${MARKS}${QUOTES}${SIGNS}]$`,
    '(?<=\\d)\\+$',
    '(?<=°[FfCcKk])\\.$',
    `(?<=\\d)(?:${CURRENCY}|${UNITS})$`,
    `(?<=[0-9${LOWER}%²\\-+${MARKS}${QUOTES}])\\.$`,
    `(?<=[${UPPER}]{2})\\.$`,
  ].join('|'),
  'u',
);
const INNER = new RegExp(
  [
    `\\.\\.+|…|[${SIGNS}]`,
    '(?<=\\d)[+\\-*^](?=[\\d-])',
    `(?<=[${LOWER}${QUOTES}])\\.(?=[${UPPER}${QUOTES}])`,
    `(?<=${LETTER}),(?=${LETTER})`,
    `(?<=${LETTER_OR_DIGIT})(?:---|--|——|[-–—~])(?=${LETTER})`,
    `(?<=${LETTER_OR_DIGIT})[:<>=/](?=${LETTER})`,
  ].join('|'),
  'gu',
);
const ADDRESS =
  /^(?:(?:(?:https?|ftp):\/\/|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:[\w-]+\.)+(?:com|org|net|edu|gov|io|co|uk|de|fr|info|biz|us|ca|au|tv|me|ly|ai)(?:\/\S*)?)$/i;

/**
 * Cuts text into words and marks: at white space, then marks are peeled off both ends of each chunk, then hyphens,
 * slashes and the like split what is left; a chunk in the table of exceptions is cut as the table says.
 */
export class Tokenizer {
  readonly #exceptions: TokenizerExceptions;

  constructor(exceptions: TokenizerExceptions) {
    this.#exceptions = exceptions;
  }

  /** The tokens in order. Joined, with a space where `spaceAfter` says so, they are the text. */
  tokenize(text: string): TextToken[] {
    const tokens: TextToken[] = [];
    for (const match of text.matchAll(/\S+/gu)) {
      const chunk = match[0];
      const pieces = this.#cut(chunk);
      const last = pieces.length - 1;
      const moreFollows = match.index + chunk.length < text.length;
      pieces.forEach((piece, index) => {
        tokens.push({ text: piece, spaceAfter: index === last && moreFollows });
      });
    }
    return tokens;
  }

  #cut(chunk: string): string[] {
    const whole = own(this.#exceptions, chunk);
    if (whole) return [...whole];

    const { opening, core, closing } = this.#peel(chunk);
    const pieces = [...opening, ...this.#cutCore(core), ...closing];
    return pieces.length > 1 ? this.#rejoin(pieces) : pieces;
  }

  /** Takes marks off both ends, one at a time, until an exception or nothing more to take is left. */
  #peel(chunk: string): { opening: string[]; core: string; closing: string[] } {
    const opening: string[] = [];
    const closing: string[] = [];
    let core = chunk;
    while (core !== '' && own(this.#exceptions, core) === undefined) {
      const first = OPENING.exec(core)?.[0] ?? '';
      const rest = core.slice(first.length);
      if (first !== '' && own(this.#exceptions, rest)) {
        opening.push(first);
        core = rest;
        break;
      }
      const last = CLOSING.exec(rest)?.[0] ?? '';
      const shorter = last === '' ? core : core.slice(0, -last.length);
      if (last !== '' && own(this.#exceptions, shorter)) {
        closing.unshift(last);
        core = shorter;
        break;
      }
      if (first === '' && last === '') break;
      if (first !== '') opening.push(first);
      if (last !== '') closing.unshift(last);
      core = rest.slice(0, rest.length - last.length);
    }
    return { opening, core, closing };
  }

  #cutCore(core: string): string[] {
    if (core === '') return [];
    const exception = own(this.#exceptions, core);
    if (exception) return [...exception];
    if (ADDRESS.test(core)) return [core];

    const pieces: string[] = [];
    let start = 0;
    for (const match of core.matchAll(INNER)) {
      if (match.index === 0) continue;
      if (match.index > start) pieces.push(core.slice(start, match.index));
      pieces.push(match[0]);
      start = match.index + match[0].length;
    }
    if (start < core.length) pieces.push(core.slice(start));
    return pieces;
  }

  /** Puts back together what peeling took apart and the table knows: `Sept` `.` → `Sept.` */
  #rejoin(pieces: readonly string[]): string[] {
    const joined: string[] = [];
    for (let index = 0; index < pieces.length; ) {
      const length = [3, 2].find(
        (count) =>
          index + count <= pieces.length &&
          own(this.#exceptions, pieces.slice(index, index + count).join('')) !== undefined,
      );
      joined.push(
        ...(length
          ? (own(this.#exceptions, pieces.slice(index, index + length).join('')) ?? [])
          : pieces.slice(index, index + 1)),
      );
      index += length ?? 1;
    }
    return joined;
  }
}
