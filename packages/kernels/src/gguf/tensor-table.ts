import type { HeaderReader } from './header-reader.ts';
import { quoted, type Refusals } from './refusals.ts';
import { GGUF_TENSOR_TYPES } from './tensor-types.ts';

/** Where one tensor of a GGUF file lies and how. */
export interface GgufTensor {
  readonly name: string;
  /** The number of its type in ggml, a key of {@link GGUF_TENSOR_TYPES}. */
  readonly type: number;
  /** As in the file, the columns first; empty for a single number. */
  readonly shape: readonly number[];
  /** Its first byte, from the beginning of the file. */
  readonly offset: number;
  readonly sizeBytes: number;
  readonly rowBytes: number;
  /** The product of all of `shape` but its first. */
  readonly rows: number;
  /** Numbers in a row: the first of `shape`. */
  readonly columns: number;
}

/** How many tensors there may be, with how long names and rows. A row of the largest models has 200 kB. */
export const TENSOR_LIMITS: {
  readonly tensors: number;
  readonly nameBytes: number;
  readonly dimensions: number;
  readonly rowBytes: number;
} = { tensors: 65_536, nameBytes: 64, dimensions: 4, rowBytes: 16 * 1024 * 1024 };

/** Bytes of the smallest entry: the length of a name, one letter, no dimension, type and offset. */
const MIN_ENTRY_BYTES = 8 + 1 + 4 + 4 + 8;

/** Tensors as the table lists them: `offset` counts from where the data begins, which nobody knows before the table ends. */
export class TensorTableReader {
  readonly #reader: HeaderReader;
  readonly #refusals: Refusals;

  constructor(reader: HeaderReader, refusals: Refusals) {
    this.#reader = reader;
    this.#refusals = refusals;
  }

  /**
   * @param count of tensors, as the file claims.
   * @param alignment a power of two: a multiple of it is the offset of the data in the file, and of each tensor.
   * @returns the tensors in the file's order, each inside it and none upon another.
   */
  async read(count: number, alignment: number, fileBytes: number): Promise<ReadonlyMap<string, GgufTensor>> {
    const listed = new Map<string, GgufTensor>();
    for (let index = 0; index < count; index++) {
      const tensor = await this.#entry(alignment);
      if (listed.has(tensor.name))
        throw this.#refusals.invalid(`the tensor ${quoted(tensor.name)} comes twice`);
      listed.set(tensor.name, tensor);
    }
    const dataStart = Math.ceil(this.#reader.position / alignment) * alignment;
    const tensors = new Map<string, GgufTensor>();
    let end = dataStart;
    for (const tensor of [...listed.values()].sort((a, b) => a.offset - b.offset)) {
      const offset = dataStart + tensor.offset;
      if (offset + tensor.sizeBytes > fileBytes)
        throw this.#refusals.invalid(`the tensor ${quoted(tensor.name)} reaches beyond its end`);
      if (offset < end)
        throw this.#refusals.invalid(`the tensor ${quoted(tensor.name)} lies upon another one`);
      end = offset + tensor.sizeBytes;
      tensors.set(tensor.name, { ...tensor, offset });
    }
    return tensors;
  }

  /** Refuses a count that the rest of the file cannot hold. */
  expect(count: number): void {
    if (count > TENSOR_LIMITS.tensors)
      throw this.#refusals.invalid(`it claims more than ${TENSOR_LIMITS.tensors} tensors`);
    this.#reader.expect(count * MIN_ENTRY_BYTES);
  }

  async #entry(alignment: number): Promise<GgufTensor> {
    const name = await this.#name();
    const fail = (what: string) => this.#refusals.invalid(`the tensor ${quoted(name)} ${what}`);
    const reader = this.#reader;
    await reader.need(4);
    const dimensions = reader.u32();
    if (dimensions > TENSOR_LIMITS.dimensions)
      throw fail(`has more than ${TENSOR_LIMITS.dimensions} dimensions`);
    await reader.need(8 * dimensions + 4 + 8);
    const shape = Array.from({ length: dimensions }, () => reader.size());
    const type = reader.u32();
    const offset = reader.size();
    const known = GGUF_TENSOR_TYPES.get(type);
    if (!known) throw this.#refusals.unsupported(`type ${type} of the tensor ${quoted(name)}`);
    if (shape.includes(0)) throw fail('has a dimension of 0');
    const columns = shape[0] ?? 1;
    const rows = shape.slice(1).reduce((product, size) => product * size, 1);
    const rowBytes = (columns / known.blockColumns) * known.blockBytes;
    // Above 2⁵³ a product is rough, and stays above it.
    if (!Number.isSafeInteger(columns * rows) || rowBytes * rows > Number.MAX_SAFE_INTEGER)
      throw fail('has a size that cannot be');
    if (columns % known.blockColumns !== 0)
      throw fail(`has ${columns} columns, no multiple of ${known.blockColumns}`);
    if (rowBytes > TENSOR_LIMITS.rowBytes) throw fail('has rows of more than 16 MiB');
    if (offset % alignment !== 0 || !Number.isSafeInteger(offset)) throw fail('has an offset out of line');
    return { name, type, shape, offset, sizeBytes: rowBytes * rows, rowBytes, rows, columns };
  }

  async #name(): Promise<string> {
    const { nameBytes } = TENSOR_LIMITS;
    await this.#reader.need(8);
    const byteCount = this.#reader.size();
    if (byteCount === 0 || byteCount > nameBytes)
      throw this.#refusals.invalid(`a tensor's name has not 1 to ${nameBytes} bytes`);
    await this.#reader.need(byteCount);
    return this.#reader.text(byteCount);
  }
}
