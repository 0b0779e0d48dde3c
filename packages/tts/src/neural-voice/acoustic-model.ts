import { type LoadOptions, type ModelSource, RunAnywhereError } from '@runanywhere/core';
import {
  loadOnnxRuntime,
  type OnnxRuntime,
  type OnnxSession,
  type OnnxTensor,
  openOnnxSession,
} from '@runanywhere/onnx';
import { readJsonFile } from '../english/english-data.ts';
import { ComplexNoise } from './noise.ts';
import { Vocoder } from './vocoder.ts';

/** The network from phonemes to spectra, and the vocoder from spectra to sound. */
export class AcousticModel {
  readonly #modelId: string;
  readonly #ort: OnnxRuntime;
  readonly #session: OnnxSession;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #vocoder = new Vocoder();

  private constructor(
    modelId: string,
    ort: OnnxRuntime,
    session: OnnxSession,
    vocabulary: Readonly<Record<string, number>>,
  ) {
    this.#modelId = modelId;
    this.#ort = ort;
    this.#session = session;
    this.#ids = new Map(Object.entries(vocabulary));
  }

  /** @throws {RunAnywhereError} what the source throws; `engine-failed`. */
  static async open(source: ModelSource, modelId: string, options?: LoadOptions): Promise<AcousticModel> {
    const vocabulary = await readJsonFile<Record<string, number>>(source, modelId, 'vocab.json', options);
    const session = await openOnnxSession(source, modelId, 'hibari.onnx', options);
    return new AcousticModel(modelId, await loadOnnxRuntime(source, options), session, vocabulary);
  }

  /**
   * The sound of one line of phonemes at 24 000 Hz; empty when the model knows none of them.
   *
   * @param noiseSeed Starts the breathy part; `undefined` leaves it out.
   */
  async speak(
    phonemes: string,
    { speed, noiseSeed }: { speed: number; noiseSeed: number | undefined },
  ): Promise<Float32Array<ArrayBuffer>> {
    const known = [...phonemes].flatMap((phoneme) => this.#ids.get(phoneme) ?? []);
    if (known.length === 0) return new Float32Array(0);

    const { Tensor } = this.#ort;
    const ids = new Tensor('int64', BigInt64Array.from([0, ...known, 0], BigInt), [1, known.length + 2]);
    const pace = new Tensor('float32', Float32Array.of(speed), [1]);
    const outputs = await this.#session.run({ ids, speed: pace });
    try {
      const values = (name: string): Float32Array => this.#output(outputs, name).data as Float32Array;
      const pitchHz = values('f0');
      return this.#vocoder.render(
        {
          frameCount: pitchHz.length,
          harmonicLevel: values('lh'),
          harmonicPhase: values('theta'),
          noiseLevel: values('ln'),
          freeLevel: values('lr'),
          freePhase: values('phi'),
          pitchHz,
        },
        noiseSeed === undefined ? undefined : new ComplexNoise(noiseSeed),
      );
    } finally {
      for (const tensor of [ids, pace, ...Object.values(outputs)]) tensor.dispose();
    }
  }

  /** Frees the network. No {@link AcousticModel.speak} may be running. */
  async release(): Promise<void> {
    await this.#session.release();
  }

  #output(outputs: Readonly<Record<string, OnnxTensor>>, name: string): OnnxTensor {
    const tensor = outputs[name];
    if (!tensor)
      throw new RunAnywhereError('engine-failed', { engine: this.#modelId, reason: `no output "${name}"` });
    return tensor;
  }
}
