import { type FloatMemory, type Layer, placeFloats, placeZeros, runLayer } from './layer.ts';
import {
  type PaddedRows,
  placeConvolution,
  placeRecurrence,
  placeRows,
  type Stage,
} from './silero-layers.ts';
import { distanceFromFourier, spectrumTables } from './spectrum.ts';
import { type FloatTensors, invalid, tensorOf } from './tensors.ts';
import type { VadExports } from './vad-exports.ts';

/** What {@link SileroNetwork} runs on: kernels, and the memory they work in. */
export interface SileroNetworkOptions {
  readonly exports: VadExports;
  readonly memory: FloatMemory;
  /** The weights, by the names they have in `silero_vad_16k_op15.onnx`. */
  readonly tensors: FloatTensors;
  /** Goes into errors. */
  readonly modelId?: string;
}

const SPECTRUM = 'model.stft.forward_basis_buffer';
const FRAME_SAMPLES = 512;
/** The end of the frame before, which the network sees in front of each frame. */
const CONTEXT_SAMPLES = 64;
/** Behind the frame its end is repeated backwards. */
const MIRROR_SAMPLES = 64;
const INPUT_SAMPLES = CONTEXT_SAMPLES + FRAME_SAMPLES + MIRROR_SAMPLES;
/** The convolutions, first to last: how many rows one output moves on. */
const STRIDES = [1, 2, 2, 1];
/** Largest difference between the file's first matrix and a Fourier transform; rounding to floats makes 8e-8. */
const MAX_FOURIER_DISTANCE = 1e-6;

/**
 * The 16 kHz network of Silero VAD 6 (model and weights: github.com/snakers4/silero-vad, MIT) on our kernels: the strength of
 * each frequency in four overlapping pieces, four convolutions, a long short-term memory, one logistic unit. Sizes come from
 * the weights. Everything is put into memory when it is made; a frame allocates nothing.
 */
export class SileroNetwork {
  /** Samples in the frame that {@link process} takes: 32 ms at 16 kHz. */
  readonly frameSamples: number = FRAME_SAMPLES;
  readonly #kernels: VadExports;
  readonly #memory: FloatMemory;
  readonly #input: number;
  readonly #spectrum: {
    frames: number;
    hop: number;
    size: number;
    tables: number;
    scratch: number;
    y: number;
  };
  readonly #stages: readonly Stage[];
  readonly #lstm: { layer: Layer; input: number; gates: number; units: number; cell: number; hidden: number };
  readonly #output: { weights: number; bias: number };
  #samples: Float32Array;

  /** @throws {RunAnywhereError} `model-invalid` when tensors are missing or of other shapes. */
  constructor({ exports, memory, tensors, modelId }: SileroNetworkOptions) {
    this.#kernels = exports;
    this.#memory = memory;
    this.#input = placeZeros(memory, INPUT_SAMPLES);

    const size = tensorOf(tensors, SPECTRUM, [undefined, 1, undefined], modelId).shape[2] as number;
    if (size < 4 || size > INPUT_SAMPLES || (size & (size - 1)) !== 0) {
      invalid(`pieces of ${size} samples`, modelId);
    }
    const bins = size / 2 + 1;
    const basis = tensorOf(tensors, SPECTRUM, [2 * bins, 1, size], modelId).values;
    if (distanceFromFourier(basis, size) > MAX_FOURIER_DISTANCE) {
      invalid('its first matrix is not a Fourier transform under a Hann window', modelId);
    }
    const hop = size / 2;
    const frames = Math.floor((INPUT_SAMPLES - size) / hop) + 1;
    const tables = placeFloats(memory, spectrumTables(size));
    const scratch = placeZeros(memory, 4 * size);

    let rows: PaddedRows = placeRows(memory, frames, bins);
    this.#spectrum = { frames, hop, size, tables, scratch, y: rows.first };
    const stages: Stage[] = [];
    for (const [i, stride] of STRIDES.entries()) {
      const { layer, input } = placeConvolution(
        memory,
        tensors,
        `model.encoder.${i}.reparam_conv`,
        rows,
        stride,
        modelId,
      );
      rows = placeRows(memory, layer.positions, layer.channels);
      stages.push({ layer, input, output: rows.first });
    }
    if (rows.rows !== 1) invalid(`${rows.rows} rows are left over, not 1`, modelId);

    const units = tensorOf(tensors, 'model.decoder.rnn.weight_hh', [undefined, undefined], modelId)
      .shape[1] as number;
    if (units % 4 !== 0) invalid(`${units} units are not a multiple of 4`, modelId);
    // The memory's matrix takes the new input and what it said before, one behind the other.
    const inputs = rows.columns;
    const both = placeZeros(memory, inputs + units);
    const last = stages.at(-1) as Stage;
    stages[stages.length - 1] = { ...last, output: both };
    this.#stages = stages;
    this.#lstm = {
      layer: placeRecurrence(memory, tensors, inputs, units, modelId),
      input: both,
      gates: placeZeros(memory, 4 * units),
      units,
      cell: placeZeros(memory, units),
      hidden: both + 4 * inputs,
    };
    const weights = tensorOf(tensors, 'model.decoder.decoder.2.weight', [1, units, 1], modelId).values;
    const bias = tensorOf(tensors, 'model.decoder.decoder.2.bias', [1], modelId).values[0] as number;
    this.#output = { weights: placeFloats(memory, weights), bias };
    this.#samples = memory.floats(this.#input, INPUT_SAMPLES);
  }

  /**
   * The probability that the frame holds speech, given those before it.
   *
   * @param frame exactly {@link frameSamples} long, at 16 kHz; copied.
   */
  process(frame: Float32Array): number {
    const kernels = this.#kernels;
    const samples = this.#currentSamples();
    samples.copyWithin(0, FRAME_SAMPLES, FRAME_SAMPLES + CONTEXT_SAMPLES);
    samples.set(frame, CONTEXT_SAMPLES);
    const last = CONTEXT_SAMPLES + FRAME_SAMPLES - 1;
    for (let i = 1; i <= MIRROR_SAMPLES; i++) samples[last + i] = samples[last - i] as number;

    const { frames, hop, size, tables, scratch, y } = this.#spectrum;
    kernels.spectrumMagnitudes(this.#input, frames, hop, size, tables, scratch, y);
    const stages = this.#stages;
    for (let i = 0; i < stages.length; i++) {
      const { layer, input, output } = stages[i] as Stage;
      runLayer(kernels, layer, input, output);
    }
    const { layer, input, gates, units, cell, hidden } = this.#lstm;
    runLayer(kernels, layer, input, gates);
    kernels.lstmStep(gates, units, cell, hidden);
    return kernels.logisticUnit(hidden, this.#output.weights, this.#output.bias, units);
  }

  /** Forgets the frames before. */
  reset(): void {
    const { units, cell, hidden } = this.#lstm;
    this.#currentSamples().fill(0);
    this.#memory.floats(cell, units).fill(0);
    this.#memory.floats(hidden, units).fill(0);
  }

  /** A view dies when the memory grows, which only somebody who shares it can make it do. */
  #currentSamples(): Float32Array {
    if (this.#samples.length === 0) this.#samples = this.#memory.floats(this.#input, INPUT_SAMPLES);
    return this.#samples;
  }
}
