import type { GgufFile } from '../gguf/gguf-file.ts';
import type { Refusals } from '../gguf/refusals.ts';
import type { OnGgufRows, StreamRowsOptions } from '../gguf/stream-rows.ts';
import type { GgufTensor } from '../gguf/tensor-table.ts';
import { ggufTensorTypeName } from '../gguf/tensor-types.ts';
import type { Kernels } from '../wasm/load-kernels.ts';
import type { MemoryBlocks } from './memory-blocks.ts';
import { GROUP_ROWS, type PackTarget, placedRow, RowPacker, stagingBytes } from './row-packer.ts';
import type { LayerPlan, MatrixPlan, VectorPlan, WeightPlan } from './weight-plan.ts';
import type { LayerWeights, MatrixStack, PackedMatrix, TransformerWeights } from './weights.ts';

const ALIGNMENT = 64;

/**
 * Reads every planned tensor once, in the file's order, and packs it straight to its place: besides the packed weights
 * there are never more than a few pieces of the file in memory.
 *
 * @throws {RunAnywhereError} `model-unsupported` for a type of tensor without a kernel, `model-invalid` for a norm or bias
 * that is no number; what `signal` was aborted with.
 */
export async function loadWeights(
  kernels: Kernels,
  blocks: MemoryBlocks,
  file: GgufFile,
  plan: WeightPlan,
  refusals: Refusals,
  options: StreamRowsOptions = {},
): Promise<TransformerWeights> {
  const layout = new WeightLayout(kernels, refusals);
  const place = layout.transformer(plan);
  const start = blocks.take(layout.sizeBytes);
  const { weights, matrices, vectors } = place(start);

  let maxRowBytes = 0;
  for (const { tensor } of matrices.values()) maxRowBytes = Math.max(maxRowBytes, tensor.rowBytes);
  const staged = stagingBytes(maxRowBytes);
  const staging = blocks.take(staged);
  try {
    const packer = new RowPacker(kernels, staging, staged);
    const onRows: OnGgufRows = (tensor, firstRow, bytes) => {
      const matrix = matrices.get(tensor);
      if (matrix) packer.add(matrix, firstRow, bytes);
      const vector = vectors.get(tensor);
      if (vector) placeVector(kernels, vector, bytes, refusals);
    };
    await file.streamRows([...matrices.keys(), ...vectors.keys()], onRows, options);
  } catch (error) {
    blocks.giveBack(start, layout.sizeBytes);
    throw error;
  } finally {
    blocks.giveBack(staging, staged);
  }
  const divisors = plan.ropeDivisors && vectors.get(plan.ropeDivisors.tensor);
  return {
    ...weights,
    pointer: start,
    ...(divisors && {
      ropeDivisors: kernels.memory.floats(divisors.pointer, divisors.tensor.columns).slice(),
    }),
    sizeBytes: layout.sizeBytes,
  };
}

interface VectorTarget extends VectorPlan {
  readonly pointer: number;
}

function placeVector(kernels: Kernels, target: VectorTarget, bytes: Uint8Array, refusals: Refusals): void {
  const { tensor, pairedHeadSize } = target;
  const values = new Float32Array(bytes.slice().buffer);
  if (!values.every(Number.isFinite)) throw refusals.invalid(`"${tensor.name}" has numbers that are none`);
  const placed = kernels.memory.floats(target.pointer, values.length);
  values.forEach((value, index) => {
    placed[placedRow(index, pairedHeadSize)] = value;
  });
}

interface Placed {
  readonly weights: Omit<TransformerWeights, 'pointer' | 'sizeBytes' | 'ropeDivisors'>;
  readonly matrices: ReadonlyMap<GgufTensor, PackTarget>;
  readonly vectors: ReadonlyMap<GgufTensor, VectorTarget>;
}

/** Gives every weight its place in one block of memory. */
class WeightLayout {
  /** Of the whole block, once it is laid out. */
  sizeBytes = 0;
  readonly #kernels: Kernels;
  readonly #refusals: Refusals;
  readonly #matrices = new Map<GgufTensor, PackTarget>();
  readonly #vectors = new Map<GgufTensor, VectorTarget>();
  #start = 0;

  constructor(kernels: Kernels, refusals: Refusals) {
    this.#kernels = kernels;
    this.#refusals = refusals;
  }

  /** Counts the bytes; the function that comes back places everything at an address. */
  transformer(plan: WeightPlan): (start: number) => Placed {
    this.#layOut(plan, 0);
    return (start) => ({
      weights: this.#layOut(plan, start),
      matrices: this.#matrices,
      vectors: this.#vectors,
    });
  }

  #layOut(plan: WeightPlan, start: number): Placed['weights'] {
    this.#start = start;
    this.sizeBytes = 0;
    const layers = plan.layers.map((layer) => this.#layer(layer));
    const embedding = this.#matrix(plan.embedding, 0);
    const output = plan.output ? this.#stack([plan.output]) : [embedding];
    if (plan.ropeDivisors) this.#vector(plan.ropeDivisors);
    return { embedding, layers, outputNorm: this.#vector(plan.outputNorm), output };
  }

  #layer(plan: LayerPlan): LayerWeights {
    return {
      attentionNorm: this.#vector(plan.attentionNorm),
      queryKeyValue: this.#stack(plan.queryKeyValue),
      ...(plan.queryKeyValueBias && { queryKeyValueBias: this.#joined(plan.queryKeyValueBias) }),
      ...(plan.queryNorm && { queryNorm: this.#vector(plan.queryNorm) }),
      ...(plan.keyNorm && { keyNorm: this.#vector(plan.keyNorm) }),
      attentionOutput: this.#stack([plan.attentionOutput]),
      feedForwardNorm: this.#vector(plan.feedForwardNorm),
      gateUp: this.#stack(plan.gateUp),
      down: this.#stack([plan.down]),
    };
  }

  #vector(plan: VectorPlan): number {
    return this.#joined([plan]);
  }

  /** Vectors one right behind the other. */
  #joined(plans: readonly VectorPlan[]): number {
    const count = plans.reduce((sum, { tensor }) => sum + tensor.columns, 0);
    const first = this.#reserve(count * 4);
    let pointer = first;
    for (const plan of plans) {
      this.#vectors.set(plan.tensor, { ...plan, pointer });
      pointer += plan.tensor.columns * 4;
    }
    return first;
  }

  /** Matrices upon each other: neighbours of one format become one. */
  #stack(plans: readonly MatrixPlan[]): MatrixStack {
    const stack: PackedMatrix[] = [];
    let outputColumn = 0;
    for (const plan of plans) {
      const matrix = this.#matrix(plan, outputColumn);
      outputColumn += plan.tensor.rows;
      const last = stack.at(-1);
      if (last?.format === matrix.format && last.pointer + last.groups * last.groupBytes === matrix.pointer)
        stack[stack.length - 1] = { ...last, groups: last.groups + matrix.groups };
      else stack.push(matrix);
      if (plans.length > 1 && plan.tensor.rows % GROUP_ROWS !== 0)
        throw this.#refusals.unsupported(
          `${plan.tensor.rows} rows, no multiple of 4, in "${plan.tensor.name}"`,
        );
    }
    return stack;
  }

  #matrix(plan: MatrixPlan, outputColumn: number): PackedMatrix {
    const { type, columns, rows, name } = plan.tensor;
    const format = this.#kernels.exports.packedFormat(type);
    if (format === 0)
      throw this.#refusals.unsupported(`tensors of type ${ggufTensorTypeName(type)} ("${name}")`);
    const groupBytes = this.#kernels.exports.packedGroupBytes(format, columns);
    const groups = Math.ceil(rows / GROUP_ROWS);
    const pointer = this.#reserve(groups * groupBytes, 16);
    this.#matrices.set(plan.tensor, { ...plan, pointer, groupBytes });
    return { format, pointer, groups, groupBytes, columns, outputColumn };
  }

  #reserve(bytes: number, alignment = ALIGNMENT): number {
    const offset = Math.ceil(this.sizeBytes / alignment) * alignment;
    this.sizeBytes = offset + bytes;
    return this.#start + offset;
  }
}
