import { type LoadOptions, type ModelSource, RunAnywhereError } from '@runanywhere/core';
import { loadOnnxRuntime, type OnnxRuntime, type OnnxSession, openOnnxSession } from '@runanywhere/onnx';
import { readJsonFile } from '../english/english-data.ts';

/** The parsed `oov.json`: the alphabets of `oov.onnx`. */
interface SpellingAlphabets {
  readonly in: readonly string[];
  readonly out: readonly string[];
  /** The longest word the network takes, in letters. */
  readonly maxlen: number;
}

/**
 * Guesses how an unknown word sounds from its letters, with the small network that comes with the voice. The network marks
 * every letter with up to four sounds; repeats and gaps (0) between them are dropped, as in CTC (Graves 2006).
 */
export class NeuralSpellingModel {
  readonly #ort: OnnxRuntime;
  readonly #session: OnnxSession;
  readonly #inputs: ReadonlyMap<string, number>;
  readonly #outputs: readonly string[];
  readonly #maxLetters: number;

  private constructor(ort: OnnxRuntime, session: OnnxSession, alphabets: SpellingAlphabets) {
    this.#ort = ort;
    this.#session = session;
    this.#inputs = new Map(alphabets.in.map((letter, index) => [letter, index + 1]));
    this.#outputs = alphabets.out;
    this.#maxLetters = alphabets.maxlen;
  }

  /** @throws {RunAnywhereError} what the source throws; `engine-failed`. */
  static async open(
    source: ModelSource,
    modelId: string,
    options?: LoadOptions,
  ): Promise<NeuralSpellingModel> {
    const alphabets = await readJsonFile<SpellingAlphabets>(source, modelId, 'oov.json', options);
    const session = await openOnnxSession(source, modelId, 'oov.onnx', options);
    return new NeuralSpellingModel(await loadOnnxRuntime(source, options), session, alphabets);
  }

  /** The phonemes of one word of at most 24 letters; `''` when the network knows none of them. */
  async read(word: string): Promise<string> {
    const letters = [...word].flatMap((letter) => this.#inputs.get(letter) ?? []).slice(0, this.#maxLetters);
    if (letters.length === 0) return '';
    const chars = new this.#ort.Tensor('int64', BigInt64Array.from(letters, BigInt), [1, letters.length]);
    try {
      const { ids } = await this.#session.run({ chars });
      if (!ids) throw new RunAnywhereError('engine-failed', { engine: 'oov', reason: 'no output "ids"' });
      const marks = Array.from(ids.data as BigInt64Array, Number);
      ids.dispose();
      return marks
        .filter((mark, index) => mark !== 0 && mark !== marks[index - 1])
        .map((mark) => this.#outputs[mark - 1] ?? '')
        .join('');
    } finally {
      chars.dispose();
    }
  }

  /** Frees the network. */
  async release(): Promise<void> {
    await this.#session.release();
  }
}
