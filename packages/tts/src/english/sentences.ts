/** A mark that may end a sentence, with the quotes and brackets that close behind it. */
const END_MARK = /([.!?…]+|[。！？]+)["”’'»)\]*_]*/gu;

/** Before a name or a number: the sentence goes on. */
const NEVER_LAST = new Set(
  (
    'Mr Mrs Ms Mx Dr Prof St Mt Ft Gen Gov Sen Rep Capt Lt Col Sgt Cmdr Rev Hon Pres Supt Cpl Maj Adm Fr Msgr Messrs Mme Mlle ' +
    'vs Fig fig Figs No no Nos nos Vol vol pp ed eds Ch ch Sec sec Art approx ca cf esp viz al e.g i.e eg ie Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec'
  ).split(' '),
);

/** May stand inside a sentence or end it: what follows decides. */
const MAYBE_LAST = new Set(
  'etc Inc Ltd Corp Co Bros Jr Sr Ave Blvd Rd Ln St Dept Univ Assn a.m p.m A.M P.M am pm'.split(' '),
);

/** Words with a capital letter that usually begin a sentence, where a name would not stand. */
const STARTERS = new Set(
  (
    'A An The This That These Those It He She We You They I There Here What When Where Who Why How Which If In On At By For From ' +
    'To With As And But Or So Yet Then Also However Therefore Meanwhile Please Yes No Not My Your His Her Our Their Its Is Are Was ' +
    'Were Do Does Did Can Could Would Will Should May Let After Before While Since Because Although Though Now Once Some All Many Most'
  ).split(' '),
);

/** Whether a line break stands in for the end of a sentence: not inside a paragraph wrapped by hand. */
function isLineWrap(text: string, index: number): boolean {
  const before = text.slice(0, index).trimEnd();
  return /[\p{L}\p{N},;–-]$/u.test(before) && /^\n[ \t]*\p{Ll}/u.test(text.slice(index, index + 80));
}

/**
 * Where the first sentence of the text ends: the index behind its last mark, or `undefined` when that cannot be told yet.
 *
 * @param isComplete Whether nothing more will be added to the text. While more may come, an end counts only once it is
 * clear that the sentence does not go on: "3." may become "3.5" and "Dr." is followed by a name.
 */
export function firstSentenceEnd(text: string, isComplete: boolean): number | undefined {
  const start = text.length - text.trimStart().length;
  for (let index = start; index < text.length; ) {
    END_MARK.lastIndex = index;
    const mark = END_MARK.exec(text);
    const lineBreak = text.indexOf('\n', index);
    if (lineBreak >= 0 && (mark === null || lineBreak < mark.index)) {
      if (!isComplete && !/\S/.test(text.slice(lineBreak))) return undefined;
      if (!isLineWrap(text, lineBreak)) return lineBreak;
      index = lineBreak + 1;
      continue;
    }
    if (mark === null) break;
    const end = mark.index + mark[0].length;
    const verdict = endsSentence(text, start, mark, isComplete);
    if (verdict === 'unclear') return undefined;
    if (verdict === 'yes') return end;
    index = end;
  }
  return isComplete && start < text.length ? text.length : undefined;
}

/** The sentences of a text, trimmed. A line of its own (a heading, an item of a list) is a sentence of its own. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = [];
  let rest = text;
  for (;;) {
    const end = firstSentenceEnd(rest, true);
    if (end === undefined) return sentences;
    const sentence = rest.slice(0, end).trim();
    if (sentence !== '') sentences.push(sentence);
    rest = rest.slice(end);
  }
}

/** A sentence as two, cut at the clause or else the space nearest to its middle; `[]` when it is a single character. */
export function splitInHalf(sentence: string): string[] {
  const middle = sentence.length / 2;
  for (const pattern of [/(?<=[,;:—–])\s+/gu, /\s+/gu]) {
    const cuts = [...sentence.matchAll(pattern)].map((match) => match.index);
    const nearest = cuts.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0];
    // A cut close to an end would leave the other side as long as before.
    if (nearest !== undefined && nearest > sentence.length * 0.1 && nearest < sentence.length * 0.9) {
      return [sentence.slice(0, nearest).trim(), sentence.slice(nearest).trim()];
    }
  }
  const characters = [...sentence];
  if (characters.length < 2) return [];
  const half = Math.floor(characters.length / 2);
  return [characters.slice(0, half).join(''), characters.slice(half).join('')];
}

function endsSentence(
  text: string,
  start: number,
  mark: RegExpExecArray,
  isComplete: boolean,
): 'yes' | 'no' | 'unclear' {
  const end = mark.index + mark[0].length;
  const after = text.slice(end);
  if (after === '') return isComplete ? 'yes' : 'unclear';
  if (/^[。！？]/u.test(mark[0])) return 'yes';
  if (/^[ \t]*\n/.test(after)) return isLineWrap(text, end + after.indexOf('\n')) ? 'no' : 'yes';
  if (!/^\s/u.test(after)) return 'no';
  const next = after.trimStart();
  if (next === '') return isComplete ? 'yes' : 'unclear';
  if (/^\p{Ll}/u.test(next)) return 'no';
  if (mark[1] !== '.') return 'yes';

  const before = text.slice(start, mark.index);
  const word = /[^\s([{"“'‘]*$/u.exec(before)?.[0] ?? '';
  if (/^\d+$/.test(word) && before.trim() === word) return 'no'; // "1. First of all": the number of an item.
  const nextIsCapital = /^["“'‘([]?\p{Lu}/u.test(next);
  if (NEVER_LAST.has(word))
    return nextIsCapital || /^\d/.test(next) || word.length < 3
      ? dependsOnStarter(word, next, isComplete)
      : 'yes';
  const isInitial = /^\p{Lu}$/u.test(word) || /^(?:\p{L}\.)+\p{L}$/u.test(word);
  if (MAYBE_LAST.has(word) || isInitial) return startsSentence(next, isComplete);
  return 'yes';
}

/** "No." before a number is "number", before anything else an answer; titles and months go on. */
function dependsOnStarter(word: string, next: string, isComplete: boolean): 'yes' | 'no' | 'unclear' {
  if (/^(?:no|No|St|Ft|al|Sec|sec|Mar|Art|ed)$/.test(word) && !/^\d/.test(next))
    return startsSentence(next, isComplete);
  return 'no';
}

function startsSentence(next: string, isComplete: boolean): 'yes' | 'no' | 'unclear' {
  const [, word = '', behind = ''] = /^["“'‘(]?([\p{L}']*)(.?)/u.exec(next) ?? [];
  if (word === '') return 'yes';
  if (behind === '' && !isComplete) return 'unclear';
  return STARTERS.has(word.replace(/'.*$/, '')) ? 'yes' : 'no';
}
