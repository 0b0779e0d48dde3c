/** How a byte-level vocabulary cuts text into the words that pairs are joined in. */
export interface WordSplitter {
  /** Finds one word after the other; leaves nothing out. */
  readonly words: RegExp;
  /** A word that is a token as it stands is taken whole, whatever the merges would make of it. */
  readonly ignoreMerges: boolean;
  /** A text begins with the token for that, unless the file says otherwise. */
  readonly addBos: boolean;
}

// Unicode's white space throughout: `\s` of JavaScript has U+FEFF as well and lacks U+0085.
const CONTRACTION = "'[sStTmMdD]|'[rR][eE]|'[vV][eE]|'[lL][lL]";
const LOWER_CONTRACTION = "'[stmd]|'re|'ve|'ll";
const SPACE = String.raw`\p{White_Space}`;
const SIGNS = String.raw` ?[^${SPACE}\p{L}\p{N}]+`;
/** White space: lines' ends with what stands before them, then all but the last one before a word, then the rest. */
const LINES_AND_SPACE = String.raw`${SPACE}*[\r\n]+|${SPACE}+(?!\P{White_Space})|${SPACE}+`;
/** Letters of one case after the other, as tekken and GPT-4o take them; a letter without case counts as both. */
const UPPER = String.raw`(?:(?!\P{L})[^a-z])`;
const LOWER = String.raw`(?:(?!\P{L})[^A-Z])`;

const gpt2 = new RegExp(
  String.raw`${LOWER_CONTRACTION}| ?\p{L}+| ?\p{N}+|${SIGNS}|${SPACE}+(?!\P{White_Space})|${SPACE}`,
  'gu',
);
/** GPT-2's after every digit was cut out: white space ends before a digit as it does at the end of the text. */
const singleDigits = new RegExp(
  String.raw`\p{N}|${LOWER_CONTRACTION}| ?\p{L}+|${SIGNS}|${SPACE}+(?![^${SPACE}\p{N}])|${SPACE}`,
  'gu',
);
const llama3 = modern(String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|${SIGNS}[\r\n]*`);
const qwen2 = modern(String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|${SIGNS}[\r\n]*`);
const qwen35 = modern(
  String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^${SPACE}\p{L}\p{M}\p{N}]+[\r\n]*`,
);
const tekken = modern(cased('', String.raw`\p{N}`));
const gpt4o = modern(cased(`(?:${CONTRACTION})?`, String.raw`\p{N}{1,3}`));

/**
 * By the name that GGUF files give in `tokenizer.ggml.pre`. The rules are those of llama.cpp (`llama-vocab.cpp`,
 * `unicode.cpp`); each name is held against it in `testing/tokenizers`.
 */
export const WORD_SPLITTERS: ReadonlyMap<string, WordSplitter> = new Map([
  ...named(['gpt-2', 'phi-2', 'mpt', 'olmo', 'jais', 'trillion', 'exaone4'], gpt2),
  ...named(['smollm', 'starcoder', 'refact', 'command-r', 'codeshell', 'exaone', 'minerva-7b'], singleDigits),
  ...named(['llama-bpe', 'llama3', 'llama-v3', 'falcon3', 'pixtral', 'midm-2.0', 'lfm2'], llama3, {
    ignoreMerges: true,
    addBos: true,
  }),
  ...named(['dbrx', 'smaug-bpe', 'chatglm-bpe', 'glm4'], llama3),
  ...named(['qwen2', 'deepseek-r1-qwen', 'stablelm2', 'megrez', 'hunyuan'], qwen2),
  ...named(['qwen35'], qwen35),
  ...named(['tekken'], tekken, { ignoreMerges: true, addBos: true }),
  ...named(['gpt-4o', 'llama4'], gpt4o),
]);

function modern(words: string): RegExp {
  return new RegExp(`${words}|${LINES_AND_SPACE}`, 'gu');
}

function cased(ending: string, numbers: string): string {
  const lead = String.raw`[^\r\n\p{L}\p{N}]?`;
  return `${lead}${UPPER}*${LOWER}+${ending}|${lead}${UPPER}+${LOWER}*${ending}|${numbers}|${SIGNS}[\\r\\n/]*`;
}

function named(
  names: readonly string[],
  words: RegExp,
  { ignoreMerges = false, addBos = false }: { ignoreMerges?: boolean; addBos?: boolean } = {},
): (readonly [name: string, splitter: WordSplitter])[] {
  return names.map((name) => [name, { words, ignoreMerges, addBos }]);
}
