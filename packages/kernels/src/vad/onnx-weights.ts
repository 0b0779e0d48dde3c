import { fieldsOf, packedNumbers } from './protobuf.ts';
import { type FloatTensor, type FloatTensors, invalid } from './tensors.ts';

// Field numbers of github.com/onnx/onnx, onnx/onnx.proto.
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_DIMS = 1;
const TENSOR_DATA_TYPE = 2;
const TENSOR_NAME = 8;
const TENSOR_RAW_DATA = 9;
const TENSOR_DATA_LOCATION = 14;
const FLOAT = 1;

const MAX_TENSORS = 4096;
const MAX_DIMENSIONS = 8;
const FLOAT_BYTES = 4;

/**
 * The weights of an ONNX file: the initializers of its graph, those of 32-bit floats. The computation itself is not looked
 * at, nor are graphs inside the graph. The values are copies: the bytes may go.
 *
 * @param modelId goes into errors.
 * @throws {RunAnywhereError} `model-invalid` when the file breaks off or contradicts itself.
 */
export function readOnnxWeights(bytes: Uint8Array, modelId?: string): FloatTensors {
  const fail = (reason: string): never => invalid(reason, modelId);
  const tensors = new Map<string, FloatTensor>();
  for (const part of fieldsOf(bytes, fail)) {
    if (part.number !== MODEL_GRAPH || !part.bytes) continue;
    for (const { number, bytes: initializer } of fieldsOf(part.bytes, fail)) {
      if (number !== GRAPH_INITIALIZER || !initializer) continue;
      const read = readTensor(initializer, fail);
      if (!read) continue;
      if (tensors.has(read.name)) fail(`there are two tensors "${read.name}"`);
      if (tensors.size === MAX_TENSORS) fail(`more than ${MAX_TENSORS} tensors`);
      tensors.set(read.name, read.tensor);
    }
  }
  return tensors;
}

function readTensor(
  message: Uint8Array,
  fail: (reason: string) => never,
): { name: string; tensor: FloatTensor } | undefined {
  const shape: number[] = [];
  let name = '';
  let type: number | undefined;
  let data: Uint8Array | undefined;
  let elsewhere = false;
  for (const { number, value, bytes } of fieldsOf(message, fail)) {
    if (number === TENSOR_DIMS) shape.push(...(bytes ? dimensions(bytes, fail) : [value as number]));
    else if (number === TENSOR_DATA_TYPE) type = value;
    else if (number === TENSOR_NAME && bytes) name = new TextDecoder().decode(bytes.subarray(0, 200));
    else if (number === TENSOR_RAW_DATA) data = bytes;
    else if (number === TENSOR_DATA_LOCATION) elsewhere = value !== 0;
    if (shape.length > MAX_DIMENSIONS) fail('a tensor has too many dimensions');
  }
  if (type !== FLOAT) return undefined;
  if (elsewhere || !data) return fail(`the numbers of "${name}" are not in the file`);
  const count = shape.reduce((product, size) => product * size, 1);
  if (data.length !== count * FLOAT_BYTES) {
    return fail(`"${name}" has ${data.length} bytes for ${count} numbers`);
  }
  // Little-endian, as every machine is that WebAssembly's SIMD runs on. Not slice(): on Node's Buffer that is no copy.
  return { name, tensor: { shape, values: new Float32Array(new Uint8Array(data).buffer) } };
}

function dimensions(bytes: Uint8Array, fail: (reason: string) => never): number[] {
  // A dimension takes at least a byte: this is refused before it becomes a list.
  if (bytes.length > MAX_DIMENSIONS * 10) fail('a tensor has too many dimensions');
  return packedNumbers(bytes, fail);
}
