import { CHANNEL_GROUP, type FloatMemory, type Layer, placeLayer, placeZeros } from './layer.ts';
import { type FloatTensor, type FloatTensors, invalid, tensorOf } from './tensors.ts';

const PADDING = 1;

/** A layer in its place between others. */
export interface Stage {
  readonly layer: Layer;
  /** Where the first window begins. */
  readonly input: number;
  /** Where the first output goes. */
  readonly output: number;
}

/** Rows with a row of zeros before the first and one after the last. */
export interface PaddedRows {
  readonly rows: number;
  readonly columns: number;
  /** Where the padding begins. */
  readonly start: number;
  /** Where the first row begins. */
  readonly first: number;
}

/** Makes room for rows, all 0. */
export function placeRows(memory: FloatMemory, rows: number, columns: number): PaddedRows {
  const start = placeZeros(memory, (rows + 2 * PADDING) * columns);
  return { rows, columns, start, first: start + 4 * PADDING * columns };
}

/**
 * A convolution over padded rows, rectified. Its channels are the rows' columns.
 *
 * @throws {RunAnywhereError} `model-invalid`.
 */
export function placeConvolution(
  memory: FloatMemory,
  tensors: FloatTensors,
  name: string,
  { rows, columns, start }: PaddedRows,
  stride: number,
  modelId: string | undefined,
): Omit<Stage, 'output'> {
  const weight = tensorOf(tensors, `${name}.weight`, [undefined, columns, undefined], modelId);
  const [channels = 0, , kernel = 0] = weight.shape;
  if (channels % CHANNEL_GROUP !== 0)
    invalid(`"${name}" has ${channels} outputs, not a multiple of 16`, modelId);
  const positions = Math.floor((rows + 2 * PADDING - kernel) / stride) + 1;
  if (positions < 1) invalid(`"${name}" is wider than its input`, modelId);
  const bias = tensorOf(tensors, `${name}.bias`, [channels], modelId).values;
  // Where few rows are left, the ends of the kernel may only ever see padding: they are left out.
  const seen = (tap: number): boolean =>
    Array.from({ length: positions }, (_, position) => position * stride + tap - PADDING).some(
      (row) => row >= 0 && row < rows,
    );
  let from = 0;
  let to = kernel;
  while (from + 1 < to && !seen(from)) from++;
  while (to - 1 > from && !seen(to - 1)) to--;
  const window = (to - from) * columns;
  const layer = placeLayer(
    memory,
    { positions, stride: stride * columns, window, channels, rectify: true },
    tapsFirst(weight, from, to),
    bias,
  );
  return { layer, input: start + 4 * from * columns };
}

/** `[channels][inputs][taps]` as `[channels][taps][inputs]`, some of the taps. */
function tapsFirst({ shape, values }: FloatTensor, fromTap: number, toTap: number): Float32Array {
  const [channels = 0, inputs = 0, taps = 0] = shape;
  const reordered = new Float32Array(channels * (toTap - fromTap) * inputs);
  let to = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let tap = fromTap; tap < toTap; tap++) {
      for (let input = 0; input < inputs; input++) {
        reordered[to++] = values[(channel * inputs + input) * taps + tap] as number;
      }
    }
  }
  return reordered;
}

/**
 * The sums of the gates of a long short-term memory, from its input and what it said before, which lie one behind the other.
 *
 * @throws {RunAnywhereError} `model-invalid`.
 */
export function placeRecurrence(
  memory: FloatMemory,
  tensors: FloatTensors,
  inputs: number,
  units: number,
  modelId: string | undefined,
): Layer {
  const channels = 4 * units;
  const forInput = tensorOf(tensors, 'model.decoder.rnn.weight_ih', [channels, inputs], modelId).values;
  const forHidden = tensorOf(tensors, 'model.decoder.rnn.weight_hh', [channels, units], modelId).values;
  const inputBias = tensorOf(tensors, 'model.decoder.rnn.bias_ih', [channels], modelId).values;
  const hiddenBias = tensorOf(tensors, 'model.decoder.rnn.bias_hh', [channels], modelId).values;
  const window = inputs + units;
  const matrix = new Float32Array(channels * window);
  for (let channel = 0; channel < channels; channel++) {
    matrix.set(forInput.subarray(channel * inputs, (channel + 1) * inputs), channel * window);
    matrix.set(forHidden.subarray(channel * units, (channel + 1) * units), channel * window + inputs);
  }
  return placeLayer(
    memory,
    { positions: 1, stride: 0, window, channels, rectify: false },
    matrix,
    inputBias.map((bias, i) => bias + (hiddenBias[i] as number)),
  );
}
