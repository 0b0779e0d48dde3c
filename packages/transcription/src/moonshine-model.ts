import { type LoadOptions, type ModelSource, RunAnywhereError } from '@runanywhere/core';
import { loadOnnxRuntime, type OnnxRuntime, type OnnxSession, openOnnxSession } from '@runanywhere/onnx';
import { type CacheShape, MoonshineDecoding, outputNamed, START_TOKEN } from './moonshine-decoding.ts';
import { TokenText } from './token-text.ts';

/** The rate of the samples the model takes. */
export const MOONSHINE_SAMPLE_RATE_HZ = 16_000;

/** Layers, heads and sizes as in the models' graphs; the paper's table of models has them too (arXiv 2410.15608). */
const SHAPES: Readonly<Record<string, CacheShape>> = {
  'moonshine-tiny': { layers: 6, heads: 8, headSize: 36 },
  'moonshine-base': { layers: 8, heads: 8, headSize: 52 },
};

interface MoonshineFiles {
  readonly ort: OnnxRuntime;
  readonly encoder: OnnxSession;
  readonly decoder: OnnxSession;
  /** The text of its `tokenizer.json`. */
  readonly tokenizer: string;
}

/** Moonshine's three files, driven as their graphs ask. */
export class MoonshineModel {
  /** Turns the decoder's tokens into text. */
  readonly text: TokenText;
  readonly #files: MoonshineFiles;
  readonly #shape: CacheShape;

  private constructor(files: MoonshineFiles, shape: CacheShape, modelId: string) {
    this.#files = files;
    this.#shape = shape;
    this.text = new TokenText(files.tokenizer, modelId);
  }

  /** @throws {RunAnywhereError} what {@link ModelSource.open} throws; `engine-failed`; `model-unknown`. */
  static async open(source: ModelSource, modelId: string, options: LoadOptions): Promise<MoonshineModel> {
    const shape = SHAPES[modelId];
    if (!shape) throw new RunAnywhereError('model-unknown', { modelId });
    const sessions = [
      openOnnxSession(source, modelId, 'encoder_model.onnx', options),
      openOnnxSession(source, modelId, 'decoder_model_merged.onnx', options),
    ] as const;
    try {
      const [ort, tokenizer, encoder, decoder] = await Promise.all([
        loadOnnxRuntime(source, options),
        source.open(modelId, 'tokenizer.json', options).then((file) => file.text()),
        ...sessions,
      ]);
      const model = new MoonshineModel({ ort, tokenizer, encoder, decoder }, shape, modelId);
      await model.#warm();
      return model;
    } catch (error) {
      for (const session of sessions) {
        session.then(
          (opened) => opened.release(),
          () => undefined, // The first failure is the one that is reported.
        );
      }
      throw error;
    }
  }

  /**
   * Runs the encoder: one vector for each 24 ms of sound. The caller disposes of what it returns.
   *
   * @param samples at 16 000 Hz, at least a tenth of a second of them and at most half a minute.
   */
  async listen(samples: Float32Array<ArrayBuffer>): Promise<MoonshineDecoding> {
    const { ort, encoder, decoder } = this.#files;
    const waveform = new ort.Tensor('float32', samples, [1, samples.length]);
    const results = await encoder.run({ input_values: waveform });
    waveform.dispose();
    return new MoonshineDecoding(ort, decoder, outputNamed(results, 'last_hidden_state'), this.#shape);
  }

  /** Frees both sessions. Nothing may be running. */
  async release(): Promise<void> {
    await Promise.all([this.#files.encoder.release(), this.#files.decoder.release()]);
  }

  /** Runs every part once (the decoder's two branches too), so that the first utterance does not pay for it. */
  async #warm(): Promise<void> {
    const decoding = await this.listen(new Float32Array(MOONSHINE_SAMPLE_RATE_HZ));
    await decoding.next(START_TOKEN);
    await decoding.next(START_TOKEN);
    decoding.dispose();
  }
}
