import { YOUNGER_CHARACTERS } from './younger-characters.ts';

/** How a byte-level vocabulary cuts text into the words that pairs are joined in. */
export interface WordSplitter {
  /** Finds one word after the other; leaves nothing out. */
  readonly words: RegExp;
  /** A word that is a token as it stands is taken whole, whatever the merges would make of it. */
  readonly ignoreMerges: boolean;
  /** A text begins with the token for that, unless the file says otherwise. */
  readonly addBos: boolean;
}

// Character classes in the notation of the flag `v`, which can take one from another.
const LETTER = of('L');
const NUMBER = of('N');
const MARK = of('M');
/** Letters of one case after the other, as tekken and GPT-4o take them: only those of ASCII have a case. */
const UPPER = `[${LETTER}--[a-z]]`;
const LOWER = `[${LETTER}--[A-Z]]`;
// Unicode's white space throughout: `\s` of JavaScript has U+FEFF as well and lacks U+0085.
const SPACE = String.raw`\p{White_Space}`;

const CONTRACTION = "'[sStTmMdD]|'[rR][eE]|'[vV][eE]|'[lL][lL]";
const LOWER_CONTRACTION = "'[stmd]|'re|'ve|'ll";
const SIGNS = ` ?[^${SPACE}${LETTER}${NUMBER}]+`;
/** Any sign before the first letter of a word. */
const LEAD = String.raw`[^\r\n${LETTER}${NUMBER}]?`;
/** White space: ends of lines with what stands before them, then all but the last one before a word, then the rest. */
const LINES_AND_SPACE = String.raw`${SPACE}*[\r\n]+|${SPACE}+(?!\P{White_Space})|${SPACE}+`;

const gpt2 = splitter(
  LOWER_CONTRACTION,
  ` ?${LETTER}+`,
  ` ?${NUMBER}+`,
  SIGNS,
  String.raw`${SPACE}+(?!\P{White_Space})`,
  SPACE,
);
/** GPT-2's after every digit was cut out: white space ends before a digit as it does at the end of the text. */
const singleDigits = splitter(
  NUMBER,
  LOWER_CONTRACTION,
  ` ?${LETTER}+`,
  SIGNS,
  `${SPACE}+(?![^${SPACE}${NUMBER}])`,
  SPACE,
);
const llama3 = modern(CONTRACTION, `${LEAD}${LETTER}+`, `${NUMBER}{1,3}`, String.raw`${SIGNS}[\r\n]*`);
const qwen2 = modern(CONTRACTION, `${LEAD}${LETTER}+`, NUMBER, String.raw`${SIGNS}[\r\n]*`);
const qwen35 = modern(
  CONTRACTION,
  `${LEAD}[${LETTER}${MARK}]+`,
  NUMBER,
  String.raw` ?[^${SPACE}${LETTER}${MARK}${NUMBER}]+[\r\n]*`,
);
const tekken = modern(...cased(''), NUMBER, String.raw`${SIGNS}[\r\n\/]*`);
const gpt4o = modern(...cased(`(?:${CONTRACTION})?`), `${NUMBER}{1,3}`, String.raw`${SIGNS}[\r\n\/]*`);

/**
 * By the name that GGUF files give in `tokenizer.ggml.pre`. The rules are those of llama.cpp (`llama-vocab.cpp`,
 * `unicode.cpp`); every name is held against it in `testing/tokenizers`.
 */
export const WORD_SPLITTERS: ReadonlyMap<string, WordSplitter> = new Map([
  ...named(['gpt-2', 'phi-2', 'mpt', 'olmo', 'jais', 'trillion', 'exaone4'], gpt2),
  ...named(['smollm', 'starcoder', 'refact', 'command-r', 'codeshell', 'exaone', 'minerva-7b'], singleDigits),
  ...named(['llama-bpe', 'llama3', 'llama-v3', 'falcon3', 'pixtral', 'midm-2.0', 'lfm2'], llama3, {
    ignoreMerges: true,
    addBos: true,
  }),
  ...named(['dbrx', 'smaug-bpe', 'chatglm-bpe'], llama3),
  ...named(['qwen2', 'deepseek-r1-qwen', 'stablelm2', 'megrez', 'hunyuan'], qwen2),
  ...named(['qwen35'], qwen35),
  ...named(['tekken'], tekken, { ignoreMerges: true, addBos: true }),
  ...named(['gpt-4o', 'llama4'], gpt4o),
]);

function of(category: string): string {
  return String.raw`[\p{${category}}--[${YOUNGER_CHARACTERS}]]`;
}

function splitter(...alternatives: readonly string[]): RegExp {
  return new RegExp(alternatives.join('|'), 'gv');
}

function modern(...alternatives: readonly string[]): RegExp {
  return splitter(...alternatives, LINES_AND_SPACE);
}

function cased(ending: string): [string, string] {
  return [`${LEAD}${UPPER}*${LOWER}+${ending}`, `${LEAD}${UPPER}+${LOWER}*${ending}`];
}

function named(
  names: readonly string[],
  words: RegExp,
  { ignoreMerges = false, addBos = false }: { ignoreMerges?: boolean; addBos?: boolean } = {},
): (readonly [name: string, splitter: WordSplitter])[] {
  return names.map((name) => [name, { words, ignoreMerges, addBos }]);
}
