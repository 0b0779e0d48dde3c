import { GGUF_TENSOR_TYPES } from '../src/gguf/tensor-types.ts';

const TYPE_IDS = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const;

/** The types that GGUF has for metadata. */
export type GgufTypeName = keyof typeof TYPE_IDS;

/** A value whose type is said, because it cannot be told from the value; an array when `value` is one. */
export interface Typed {
  readonly type: GgufTypeName;
  readonly value: Plain | readonly Plain[];
}

type Plain = string | number | bigint | boolean;

/**
 * What metadata is written from. Untyped integers become uint32, or int32 when negative, other numbers float32; the items
 * of an array have one type.
 */
export type GgufInput = Plain | Typed | readonly GgufInput[];

/** A tensor to be written. */
export interface TensorInput {
  readonly name: string;
  /** The number of its type in ggml. */
  readonly type: number;
  /** Columns first. */
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** What {@link writeGguf} makes a file of. */
export interface GgufParts {
  /** @defaultValue 3 */
  readonly version?: number;
  readonly metadata?: Readonly<Record<string, GgufInput>>;
  readonly tensors?: readonly TensorInput[];
}

/** A written file, and where in it the numbers stand that a reader must not trust. */
export interface WrittenGguf {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Places of 64-bit counts, lengths, dimensions and offsets. */
  readonly sizesAt: readonly number[];
  /** Places of 32-bit types and numbers of dimensions. */
  readonly typesAt: readonly number[];
  /** Where the keys begin and end; the tensor table comes next, up to `headerBytes`. */
  readonly keysAt: number;
  readonly tableAt: number;
  readonly headerBytes: number;
}

/** A value of a type: `typed('float32', 10_000)`, or an array: `typed('int32', [1, 1, 3])`. */
export function typed(type: GgufTypeName, value: Typed['value']): Typed {
  return { type, value };
}

/** A GGUF file as a Blob. */
export function ggufBlob(parts: GgufParts): Blob {
  return new Blob([writeGguf(parts).bytes]);
}

/** A GGUF file; tensors lie in the order given, aligned to `general.alignment` or 32 bytes. */
export function writeGguf({ version = 3, metadata = {}, tensors = [] }: GgufParts): WrittenGguf {
  const out = new Output();
  out.text('GGUF');
  out.type(version);
  out.size(tensors.length);
  const entries = Object.entries(metadata);
  out.size(entries.length);
  const keysAt = out.length;
  for (const [key, value] of entries) {
    out.string(key);
    const type = typeOf(value);
    out.type(TYPE_IDS[type]);
    writeValue(out, type, value);
  }
  const tableAt = out.length;
  const alignment = Number(plain(metadata['general.alignment'] ?? 32));
  let offset = 0;
  for (const { name, type, shape, bytes } of tensors) {
    out.string(name);
    out.type(shape.length);
    for (const size of shape) out.size(size);
    out.type(type);
    out.size(offset);
    offset = Math.ceil((offset + bytes.length) / alignment) * alignment;
  }
  const headerBytes = out.length;
  for (const { bytes } of tensors) {
    out.align(alignment);
    out.bytes(bytes);
  }
  return { bytes: out.take(), sizesAt: out.sizesAt, typesAt: out.typesAt, keysAt, tableAt, headerBytes };
}

/** Bytes that a tensor of this type and shape has. */
export function tensorBytes(type: number, shape: readonly number[]): number {
  const known = GGUF_TENSOR_TYPES.get(type);
  if (!known) throw new TypeError(`there is no tensor type ${type}`);
  return (shape.reduce((product, size) => product * size, 1) / known.blockColumns) * known.blockBytes;
}

function typeOf(value: GgufInput): GgufTypeName {
  if (Array.isArray(value) || (isTyped(value) && Array.isArray(value.value))) return 'array';
  return isTyped(value) ? value.type : plainType([plain(value)]);
}

function writeValue(out: Output, type: GgufTypeName, value: GgufInput): void {
  if (type !== 'array') {
    writePlain(out, type, plain(value));
    return;
  }
  const items = (isTyped(value) ? value.value : value) as readonly GgufInput[];
  const [first] = items;
  let itemType: GgufTypeName;
  if (isTyped(value)) itemType = value.type;
  else if (first === undefined) itemType = 'uint32';
  else if (typeof first === 'object') itemType = typeOf(first);
  else itemType = plainType(items.map(plain));
  out.type(TYPE_IDS[itemType]);
  out.size(items.length);
  for (const item of items) writeValue(out, itemType, item);
}

function plainType(values: readonly Plain[]): GgufTypeName {
  const [first] = values;
  if (typeof first === 'string') return 'string';
  if (typeof first === 'boolean') return 'bool';
  if (typeof first === 'bigint') return values.some((value) => Number(value) < 0) ? 'int64' : 'uint64';
  if (!values.every(Number.isInteger)) return 'float32';
  return values.some((value) => Number(value) < 0) ? 'int32' : 'uint32';
}

function isTyped(value: GgufInput): value is Typed {
  return typeof value === 'object' && 'type' in value;
}

function plain(value: GgufInput): Plain {
  return (isTyped(value) ? value.value : value) as Plain;
}

function writePlain(out: Output, type: GgufTypeName, value: Plain): void {
  if (type === 'string') {
    out.string(String(value));
    return;
  }
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  if (type === 'float32') view.setFloat32(0, Number(value), true);
  else if (type === 'float64') view.setFloat64(0, Number(value), true);
  else view.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
  out.bytes(bytes.subarray(0, WIDTHS[type]));
}

const WIDTHS: Readonly<Record<GgufTypeName, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  bool: 1,
  string: 0,
  array: 0,
  uint64: 8,
  int64: 8,
  float64: 8,
};

class Output {
  readonly sizesAt: number[] = [];
  readonly typesAt: number[] = [];
  #bytes = new Uint8Array(4096);
  length = 0;

  text(text: string): void {
    this.bytes(new TextEncoder().encode(text));
  }

  string(text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.size(encoded.length);
    this.bytes(encoded);
  }

  size(value: number): void {
    this.sizesAt.push(this.length);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
    this.bytes(bytes);
  }

  type(value: number): void {
    this.typesAt.push(this.length);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    this.bytes(bytes);
  }

  align(alignment: number): void {
    this.bytes(new Uint8Array((alignment - (this.length % alignment)) % alignment));
  }

  bytes(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + bytes.length));
      grown.set(this.#bytes.subarray(0, this.length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length);
  }
}
