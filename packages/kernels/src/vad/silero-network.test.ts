import { describe, expect, test } from 'vitest';
import { loadKernels } from '../wasm/load-kernels.ts';
import { SileroNetwork } from './silero-network.ts';
import type { FloatTensor } from './tensors.ts';

// A network of the same build and other sizes, with weights out of the air, against the same in plain JavaScript. The real
// one is compared with ONNX Runtime in packages/audio.

const SIZE = 256;
const BINS = SIZE / 2 + 1;
const CHANNELS = [BINS, 32, 16, 48, 16];
const UNITS = 12;
const STRIDES = [1, 2, 2, 1];

let seed = 11;
const random = (): number => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 1_073_741_824 - 1;
};
function tensor(shape: number[], valueAt: (i: number) => number): FloatTensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return { shape, values: Float32Array.from({ length: count }, (_, i) => valueAt(i)) };
}
const randomTensor = (shape: number[], scale: number): FloatTensor => tensor(shape, () => scale * random());

function makeTensors(): Map<string, FloatTensor> {
  const tensors = new Map<string, FloatTensor>();
  tensors.set(
    'model.stft.forward_basis_buffer',
    tensor([2 * BINS, 1, SIZE], (i) => {
      const [row, n] = [Math.floor(i / SIZE), i % SIZE];
      const angle = (2 * Math.PI * (row % BINS) * n) / SIZE;
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / SIZE);
      return window * (row < BINS ? Math.cos(angle) : -Math.sin(angle));
    }),
  );
  for (let i = 0; i < 4; i++) {
    const [inputs, outputs] = [CHANNELS[i] as number, CHANNELS[i + 1] as number];
    tensors.set(`model.encoder.${i}.reparam_conv.weight`, randomTensor([outputs, inputs, 3], 0.1));
    tensors.set(`model.encoder.${i}.reparam_conv.bias`, randomTensor([outputs], 0.1));
  }
  const inputs = CHANNELS[4] as number;
  tensors.set('model.decoder.rnn.weight_ih', randomTensor([4 * UNITS, inputs], 0.2));
  tensors.set('model.decoder.rnn.weight_hh', randomTensor([4 * UNITS, UNITS], 0.5));
  tensors.set('model.decoder.rnn.bias_ih', randomTensor([4 * UNITS], 0.1));
  tensors.set('model.decoder.rnn.bias_hh', randomTensor([4 * UNITS], 0.1));
  tensors.set('model.decoder.decoder.2.weight', randomTensor([1, UNITS, 1], 5));
  tensors.set('model.decoder.decoder.2.bias', randomTensor([1], 1));
  return tensors;
}

const kernels = await loadKernels({ level: 'simd' });
const networkOf = (tensors: Map<string, FloatTensor>): SileroNetwork =>
  new SileroNetwork({ exports: kernels.exports, memory: kernels.memory, tensors, modelId: 'mine' });

describe('SileroNetwork', () => {
  test.each<[string, string, (tensor: FloatTensor) => FloatTensor | undefined]>([
    ['a tensor is missing', 'model.encoder.2.reparam_conv.bias', () => undefined],
    [
      'the transform is another',
      'model.stft.forward_basis_buffer',
      ({ shape, values }) => ({ shape, values: values.map((v) => -v) }),
    ],
    ['pieces are no power of two', 'model.stft.forward_basis_buffer', () => tensor([98, 1, 96], () => 0)],
    [
      'pieces are longer than what is heard',
      'model.stft.forward_basis_buffer',
      () => tensor([1026, 1, 1024], () => 0),
    ],
    [
      'channels do not fit the layer before',
      'model.encoder.1.reparam_conv.weight',
      () => tensor([16, 31, 3], () => 0),
    ],
    [
      'channels do not fill a group',
      'model.encoder.3.reparam_conv.weight',
      () => tensor([15, 48, 3], () => 0),
    ],
    [
      'a kernel is wider than its input',
      'model.encoder.0.reparam_conv.weight',
      () => tensor([32, BINS, 40], () => 0),
    ],
    ['rows are left over', 'model.encoder.0.reparam_conv.weight', () => tensor([32, BINS, 1], () => 0)],
    ['a dimension is 0', 'model.encoder.0.reparam_conv.weight', () => tensor([0, BINS, 3], () => 0)],
    ['the memory has other gates', 'model.decoder.rnn.bias_hh', () => tensor([3 * UNITS], () => 0)],
    ['the memory does not fill vectors', 'model.decoder.rnn.weight_hh', () => tensor([44, 11], () => 0)],
    ['there are two answers', 'model.decoder.decoder.2.bias', () => tensor([2], () => 0)],
  ])('is refused where %s', (_what, name, change) => {
    const tensors = makeTensors();
    const changed = change(tensors.get(name) as FloatTensor);
    if (changed) tensors.set(name, changed);
    else tensors.delete(name);
    expect(() => networkOf(tensors)).toThrow(
      expect.objectContaining({
        code: 'model-invalid',
        details: expect.objectContaining({ modelId: 'mine' }),
      }),
    );
  });

  test('says what plain JavaScript says, frame after frame, and after a reset again', () => {
    const tensors = makeTensors();
    const network = networkOf(tensors);
    const expected = plainNetwork(tensors);
    const frames = Array.from({ length: 12 }, (_, n) =>
      Float32Array.from({ length: 512 }, () => (n === 5 ? 0 : 0.3 * random())),
    );
    const first = frames.map((frame) => network.process(frame));
    const differences = frames.map((frame, i) => Math.abs(expected(frame) - (first[i] as number)));
    expect(Math.max(...differences)).toBeLessThan(1e-5);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(0.01); // it does listen
    network.reset();
    expect(frames.map((frame) => network.process(frame))).toEqual(first);
  });

  test('goes on when its memory grows', () => {
    const network = networkOf(makeTensors());
    const frame = Float32Array.from({ length: 512 }, random);
    const before = network.process(frame);
    kernels.memory.allocate(8 * 2 ** 20);
    network.reset();
    expect(network.process(frame)).toBe(before);
  });
});

/** The network in double precision, its loops as in the model's description. */
function plainNetwork(tensors: Map<string, FloatTensor>): (frame: Float32Array) => number {
  const valuesOf = (name: string): Float32Array => (tensors.get(name) as FloatTensor).values;
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const dot = (weights: Float32Array, row: number, x: readonly number[]): number =>
    x.reduce((sum, value, i) => sum + value * (weights[row * x.length + i] as number), 0);
  let context = new Array<number>(64).fill(0);
  let hidden = new Array<number>(UNITS).fill(0);
  let cell = new Array<number>(UNITS).fill(0);
  return (frame) => {
    const heard = [...context, ...frame];
    context = heard.slice(-64);
    const samples = [...heard, ...heard.slice(-65, -1).reverse()];
    const basis = valuesOf('model.stft.forward_basis_buffer');
    let rows = [0, 128, 256, 384].map((start) => {
      const piece = samples.slice(start, start + SIZE);
      return Array.from({ length: BINS }, (_, k) =>
        Math.hypot(dot(basis, k, piece), dot(basis, BINS + k, piece)),
      );
    });
    for (const [i, stride] of STRIDES.entries()) {
      const { shape, values } = tensors.get(`model.encoder.${i}.reparam_conv.weight`) as FloatTensor;
      const bias = valuesOf(`model.encoder.${i}.reparam_conv.bias`);
      const inputs = shape[1] as number;
      const outputs: number[][] = [];
      for (let position = 0; position * stride < rows.length; position++) {
        outputs.push(
          Array.from(bias, (start, channel) => {
            let sum = start;
            for (let tap = 0; tap < 3; tap++) {
              const row = rows[position * stride + tap - 1];
              row?.forEach((value, input) => {
                sum += value * (values[(channel * inputs + input) * 3 + tap] as number);
              });
            }
            return Math.max(0, sum);
          }),
        );
      }
      rows = outputs;
    }
    const input = rows[0] as number[];
    const gate = (unit: number): number =>
      dot(valuesOf('model.decoder.rnn.weight_ih'), unit, input) +
      dot(valuesOf('model.decoder.rnn.weight_hh'), unit, hidden) +
      (valuesOf('model.decoder.rnn.bias_ih')[unit] as number) +
      (valuesOf('model.decoder.rnn.bias_hh')[unit] as number);
    const gates = Array.from({ length: 4 * UNITS }, (_, unit) => gate(unit));
    const gateOf = (kind: number, unit: number): number => gates[kind * UNITS + unit] as number;
    cell = cell.map(
      (c, unit) => sigmoid(gateOf(1, unit)) * c + sigmoid(gateOf(0, unit)) * Math.tanh(gateOf(2, unit)),
    );
    hidden = cell.map((c, unit) => sigmoid(gateOf(3, unit)) * Math.tanh(c));
    const rectified = hidden.map((value) => Math.max(0, value));
    const bias = valuesOf('model.decoder.decoder.2.bias')[0] as number;
    return sigmoid(dot(valuesOf('model.decoder.decoder.2.weight'), 0, rectified) + bias);
  };
}
