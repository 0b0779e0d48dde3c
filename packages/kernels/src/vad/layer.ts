import type { VadExports } from './vad-exports.ts';

/** Outputs that the `convolve` kernel computes together. */
export const CHANNEL_GROUP = 16;

/** What weights and activations of a network are put into. */
export interface FloatMemory {
  /** Room for so many bytes, its address a multiple of 64. */
  allocate(bytes: number): number;
  /** What lies there, to read and to write. Holds until more is allocated. */
  floats(pointer: number, count: number): Float32Array;
}

/** One layer for the `convolve` kernel, its weights in place. */
export interface Layer {
  readonly positions: number;
  readonly stride: number;
  readonly window: number;
  readonly weights: number;
  readonly bias: number;
  readonly channels: number;
  readonly rectify: boolean;
}

/**
 * Weights in the order that the `convolve` kernel reads: `[channels / 16][window][16]`.
 *
 * @param matrix `[channels][window]`.
 * @param packed as many numbers.
 */
export function packLayer(
  matrix: Float32Array,
  channels: number,
  window: number,
  packed: Float32Array,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const lane = channel % CHANNEL_GROUP;
    let to = (channel - lane) * window + lane;
    for (let from = channel * window; from < (channel + 1) * window; from++) {
      packed[to] = matrix[from] as number;
      to += CHANNEL_GROUP;
    }
  }
}

/** Packs a layer into memory. Its weights are a matrix, `[channels][window]`. */
export function placeLayer(
  memory: FloatMemory,
  shape: Pick<Layer, 'positions' | 'stride' | 'window' | 'channels' | 'rectify'>,
  matrix: Float32Array,
  bias: Float32Array,
): Layer {
  const weights = memory.allocate(matrix.byteLength);
  packLayer(matrix, shape.channels, shape.window, memory.floats(weights, matrix.length));
  return { ...shape, weights, bias: placeFloats(memory, bias) };
}

/** Copies numbers into memory. */
export function placeFloats(memory: FloatMemory, values: Float32Array): number {
  const pointer = memory.allocate(values.byteLength);
  memory.floats(pointer, values.length).set(values);
  return pointer;
}

/** Room for so many numbers, all 0. */
export function placeZeros(memory: FloatMemory, count: number): number {
  const pointer = memory.allocate(count * 4);
  memory.floats(pointer, count).fill(0);
  return pointer;
}

/** Runs a layer from `x` to `y`. */
export function runLayer(kernels: VadExports, layer: Layer, x: number, y: number): void {
  const { positions, stride, window, weights, bias, channels, rectify } = layer;
  kernels.convolve(x, positions, stride, window, weights, bias, channels, rectify ? 1 : 0, y);
}
