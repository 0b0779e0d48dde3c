import { firstSentenceEnd } from './sentences.ts';

/** When a {@link SentenceStream} lets go of text. Lengths are in characters. */
export interface SentenceStreamOptions {
  /** The first piece may end at a comma once it is this long, so that speech starts early. @defaultValue 12 */
  readonly firstClauseMinChars?: number;
  /** Without any mark, the first piece ends before a joining word ("and", "because") once it is this long. @defaultValue 50 */
  readonly firstClauseMaxChars?: number;
  /** Later pieces are whole sentences up to this length, then clauses. @defaultValue 250 */
  readonly sentenceMaxChars?: number;
}

const CLAUSE_END = /[,;:—–]["”’)\]]*(?=\s+\S)/gu;
const JOINING_WORD =
  /\s+(?=(?:and|but|or|so|because|which|who|that|when|where|while|if|although|until|unless|before|after|with|for|from|into|about|to)\s)/giu;

/**
 * Cuts text that arrives piece by piece into stretches that can be spoken at once: a short clause first, whole sentences
 * then. Nothing is lost or changed: all that comes out, joined, is all that went in, without the white space at the cuts.
 * Markup stays in, since the voice takes it off; a link or a piece of code is not cut at a comma.
 */
export class SentenceStream {
  readonly #firstMin: number;
  readonly #firstMax: number;
  readonly #sentenceMax: number;
  #waiting = '';
  #first = true;

  constructor(options: SentenceStreamOptions = {}) {
    this.#firstMin = options.firstClauseMinChars ?? 12;
    this.#firstMax = options.firstClauseMaxChars ?? 50;
    this.#sentenceMax = options.sentenceMaxChars ?? 250;
  }

  /** Takes the next piece of text and gives what can be spoken now, often nothing. */
  push(delta: string): string[] {
    this.#waiting += delta;
    const ready: string[] = [];
    for (let end = this.#nextCut(); end !== undefined; end = this.#nextCut()) this.#take(end, ready);
    return ready;
  }

  /** Gives what is left; the stream then starts afresh with a short first clause. */
  flush(): string[] {
    const ready: string[] = [];
    for (;;) {
      const end = firstSentenceEnd(this.#waiting, true);
      if (end === undefined) break;
      this.#take(end, ready);
    }
    this.reset();
    return ready;
  }

  /** Forgets what is waiting, for example when the person interrupts. */
  reset(): void {
    this.#waiting = '';
    this.#first = true;
  }

  #take(end: number, ready: string[]): void {
    const piece = this.#waiting.slice(0, end).trim();
    this.#waiting = this.#waiting.slice(end);
    if (piece === '') return;
    ready.push(piece);
    if (/[\p{L}\p{N}]/u.test(piece)) this.#first = false;
  }

  #nextCut(): number | undefined {
    const sentenceEnd = firstSentenceEnd(this.#waiting, false);
    const clauseEnd = this.#first ? this.#firstClause(sentenceEnd) : this.#laterClause(sentenceEnd);
    return clauseEnd ?? sentenceEnd;
  }

  #firstClause(sentenceEnd: number | undefined): number | undefined {
    const text = this.#waiting.slice(0, sentenceEnd);
    // A short sentence is spoken whole: its melody is better, and it is here already.
    if (sentenceEnd !== undefined && sentenceEnd <= this.#firstMax) return undefined;
    const clause = cutsOf(text, CLAUSE_END).find((end) => end >= this.#firstMin);
    if (clause !== undefined) return clause;
    if (text.length <= this.#firstMax + 10) return undefined;
    return cutsOf(text, JOINING_WORD).findLast((end) => end >= this.#firstMin && end <= this.#firstMax);
  }

  #laterClause(sentenceEnd: number | undefined): number | undefined {
    const text = this.#waiting.slice(0, sentenceEnd);
    if (text.length <= this.#sentenceMax) return undefined;
    const inReach = (end: number): boolean => end >= this.#firstMin && end <= this.#sentenceMax;
    return cutsOf(text, CLAUSE_END).findLast(inReach) ?? cutsOf(text, /(?<=\S)(?=\s)/gu).findLast(inReach);
  }
}

function cutsOf(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)]
    .map((match) => match.index + match[0].trimEnd().length)
    .filter((end) => !isInsideMarkup(text.slice(0, end)));
}

/** Whether a link or a piece of code is open at the end of the text. */
function isInsideMarkup(text: string): boolean {
  const ticks = text.match(/`/g)?.length ?? 0;
  return ticks % 2 === 1 || /\[[^\]]{0,80}$|\]\([^)]*$/u.test(text);
}
