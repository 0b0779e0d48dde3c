import { type LoadOptions, type ModelSource, RunAnywhereError } from '@runanywhere/core';
import {
  loadOnnxRuntime,
  type OnnxRuntime,
  type OnnxSession,
  type OnnxTensor,
  openOnnxSession,
} from '@runanywhere/onnx';
import { TokenText } from './token-text.ts';
import { yieldToEvents } from './yield-to-events.ts';

/** The rate of the samples the model takes. */
export const MOONSHINE_SAMPLE_RATE_HZ = 16_000;

const START_TOKEN = 1n;
const END_TOKEN = 2;

/** Sizes that the files do not tell, from the paper's table of models (arXiv 2410.15608); the caches' shapes follow from them. */
const SHAPES: Readonly<Record<string, { layers: number; heads: number; headSize: number }>> = {
  'moonshine-tiny': { layers: 6, heads: 8, headSize: 36 },
  'moonshine-base': { layers: 8, heads: 8, headSize: 52 },
};

/**
 * Moonshine's three files, driven as their graphs ask: the encoder turns the waveform into one vector for each 24 ms, the
 * decoder is run once a token. Its keys and values of the sound (`encoder`) are computed in the first run and given back to
 * every later one; those of the text (`decoder`) grow by one entry a run.
 */
export class MoonshineModel {
  readonly text: TokenText;
  readonly #ort: OnnxRuntime;
  readonly #encoder: OnnxSession;
  readonly #decoder: OnnxSession;
  readonly #emptyCacheDims: readonly number[];
  readonly #cacheNames: readonly string[];

  private constructor(
    modelId: string,
    files: { ort: OnnxRuntime; encoder: OnnxSession; decoder: OnnxSession; tokenizer: string },
  ) {
    const { layers, heads, headSize } = shapeOf(modelId);
    this.#ort = files.ort;
    this.#encoder = files.encoder;
    this.#decoder = files.decoder;
    this.text = new TokenText(files.tokenizer, modelId);
    this.#emptyCacheDims = [1, heads, 0, headSize];
    this.#cacheNames = Array.from({ length: layers }, (_, layer) =>
      ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value'].map((name) => `${layer}.${name}`),
    ).flat();
  }

  /** @throws {RunAnywhereError} what {@link ModelSource.open} throws; `engine-failed`; `model-unknown`. */
  static async open(source: ModelSource, modelId: string, options: LoadOptions): Promise<MoonshineModel> {
    shapeOf(modelId);
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
      return new MoonshineModel(modelId, { ort, tokenizer, encoder, decoder });
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
   * The likeliest token after each other until the model ends the text. Events are let through between two runs, and an
   * abort is noticed there; all tensors are freed however the loop is left.
   *
   * @param samples at 16 000 Hz; at least 1 000 of them.
   */
  async *tokens(samples: Float32Array<ArrayBuffer>, signal: AbortSignal): AsyncGenerator<number> {
    const held = new Set<OnnxTensor>();
    const hold = <T extends OnnxTensor>(tensor: T): T => {
      held.add(tensor);
      return tensor;
    };
    const release = (tensor: OnnxTensor): void => {
      tensor.dispose();
      held.delete(tensor);
    };
    try {
      const { Tensor } = this.#ort;
      const waveform = hold(new Tensor('float32', samples, [1, samples.length]));
      const encoded = await this.#encoder.run({ input_values: waveform });
      const hidden = hold(output(encoded, 'last_hidden_state'));
      release(waveform);

      const cache = new Map(
        this.#cacheNames.map((name) => [
          name,
          hold(new Tensor('float32', new Float32Array(0), this.#emptyCacheDims)),
        ]),
      );
      let token = START_TOKEN;
      for (let step = 0; ; step += 1) {
        await yieldToEvents();
        signal.throwIfAborted();
        const first = step === 0;
        const feeds: Record<string, OnnxTensor> = {
          input_ids: hold(new Tensor('int64', [token], [1, 1])),
          encoder_hidden_states: hidden,
          use_cache_branch: hold(new Tensor('bool', [!first], [1])),
        };
        for (const [name, tensor] of cache) feeds[`past_key_values.${name}`] = tensor;
        // After the first run the decoder gives back the sound's keys and values empty: the old ones stay.
        const renewed = this.#cacheNames.filter((name) => first || name.includes('decoder'));
        const results = await this.#decoder.run(feeds, [
          'logits',
          ...renewed.map((name) => `present.${name}`),
        ]);
        for (const name of renewed) {
          const old = cache.get(name);
          if (old) release(old);
          cache.set(name, hold(output(results, `present.${name}`)));
        }
        const logits = hold(output(results, 'logits'));
        const likeliest = indexOfMax(logits.data as Float32Array);
        for (const tensor of [logits, feeds.input_ids, feeds.use_cache_branch]) if (tensor) release(tensor);
        if (likeliest === END_TOKEN) return;
        yield likeliest;
        token = BigInt(likeliest);
      }
    } finally {
      for (const tensor of held) tensor.dispose();
    }
  }

  /** Frees both sessions. No {@link tokens} may be running. */
  async release(): Promise<void> {
    await Promise.all([this.#encoder.release(), this.#decoder.release()]);
  }
}

function shapeOf(modelId: string): { layers: number; heads: number; headSize: number } {
  const shape = SHAPES[modelId];
  if (!shape) throw new RunAnywhereError('model-unknown', { modelId });
  return shape;
}

function output(results: Readonly<Record<string, OnnxTensor>>, name: string): OnnxTensor {
  const tensor = results[name];
  if (!tensor)
    throw new RunAnywhereError('engine-failed', { engine: 'moonshine', reason: `no output "${name}"` });
  return tensor;
}

function indexOfMax(values: Float32Array): number {
  let best = 0;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (value > max) {
      max = value;
      best = i;
    }
  }
  return best;
}
