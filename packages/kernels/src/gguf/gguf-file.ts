import { type CallOptions, RunAnywhereError } from '@runanywhere/core';
import { HeaderReader, readBytes } from './header-reader.ts';
import { type GgufMetadata, MetadataReader } from './metadata.ts';
import { Refusals } from './refusals.ts';
import { type OnGgufRows, type StreamRowsOptions, streamRows } from './stream-rows.ts';
import { type GgufTensor, TensorTableReader } from './tensor-table.ts';

/** A GGUF file whose header was read and found right; its tensors are read when asked for. */
export interface GgufFile {
  readonly metadata: GgufMetadata;
  /** By name, in the order in which they lie in the file. */
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  /** Of the whole file. */
  readonly sizeBytes: number;
  /**
   * A tensor's bytes, as they lie in the file.
   *
   * @throws {RunAnywhereError} `model-invalid` when the file cannot be read any more.
   */
  readTensor(tensor: GgufTensor, options?: CallOptions): Promise<Uint8Array>;
  /**
   * Reads tensors in the file's order, whatever the order given, in pieces of about 4 MiB; `onRows` gets whole rows, each
   * tensor's in order, and never more than two pieces are in memory.
   *
   * @throws {RunAnywhereError} `model-invalid` when the file cannot be read any more, `invalid-options` for a tensor of
   * another file; and whatever `onRows` throws.
   */
  streamRows(tensors: Iterable<GgufTensor>, onRows: OnGgufRows, options?: StreamRowsOptions): Promise<void>;
}

/** Options of {@link openGguf}. */
export interface OpenGgufOptions extends CallOptions {
  /** Named in errors. */
  modelId?: string;
}

const DEFAULT_ALIGNMENT = 32;
const MIN_ALIGNMENT = 8;
const MAX_ALIGNMENT = 65_536;

/**
 * Reads the header of a GGUF file, version 2 or 3 (`docs/gguf.md` of ggml): its metadata and where its tensors lie. The
 * file is trusted in nothing: every count, length and offset is held against the file's size, and against limits far
 * above those of real models, before it is used.
 *
 * @throws {RunAnywhereError} `model-invalid` when something in it is wrong, `model-unsupported` for a version or a type of
 * tensor that is not known here.
 */
export async function openGguf(file: Blob, options: OpenGgufOptions = {}): Promise<GgufFile> {
  const refusals = new Refusals(options.modelId);
  const reader = new HeaderReader(file, refusals, options.signal);
  if (file.size < 24) throw refusals.invalid('it is no GGUF file');
  await reader.need(24);
  if (reader.text(4) !== 'GGUF') throw refusals.invalid('it is no GGUF file');
  checkVersion(reader.u32(), refusals);
  const tensorCount = reader.size();
  const keyCount = reader.size();
  const table = new TensorTableReader(reader, refusals);
  table.expect(tensorCount);
  const metadata = await new MetadataReader(reader, refusals).read(keyCount);
  table.expect(tensorCount);
  const alignment = alignmentOf(metadata, refusals);
  const tensors = await table.read(tensorCount, alignment, file.size);
  return new BlobGgufFile(file, metadata, tensors, alignment, refusals);
}

function checkVersion(version: number, refusals: Refusals): void {
  if (version === 2 || version === 3) return;
  // The version's four bytes the other way round.
  if (version === 0x02000000 || version === 0x03000000)
    throw refusals.unsupported('a GGUF file with the highest byte first');
  if (version === 0 || version > 255) throw refusals.invalid('its version is no version');
  throw refusals.unsupported(`version ${version} of GGUF`);
}

function alignmentOf(metadata: GgufMetadata, refusals: Refusals): number {
  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (
    typeof alignment === 'number' &&
    alignment >= MIN_ALIGNMENT &&
    alignment <= MAX_ALIGNMENT &&
    Number.isInteger(Math.log2(alignment))
  )
    return alignment;
  throw refusals.invalid(`its alignment is no power of two from ${MIN_ALIGNMENT} to ${MAX_ALIGNMENT} bytes`);
}

class BlobGgufFile implements GgufFile {
  readonly metadata: GgufMetadata;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  readonly #file: Blob;
  readonly #alignment: number;
  readonly #refusals: Refusals;

  constructor(
    file: Blob,
    metadata: GgufMetadata,
    tensors: ReadonlyMap<string, GgufTensor>,
    alignment: number,
    refusals: Refusals,
  ) {
    this.#file = file;
    this.metadata = metadata;
    this.tensors = tensors;
    this.#alignment = alignment;
    this.#refusals = refusals;
  }

  get sizeBytes(): number {
    return this.#file.size;
  }

  async readTensor(tensor: GgufTensor, { signal }: CallOptions = {}): Promise<Uint8Array> {
    this.#mustBeOurs(tensor);
    const end = tensor.offset + tensor.sizeBytes;
    return readBytes(this.#file, tensor.offset, end, this.#refusals, signal);
  }

  async streamRows(
    tensors: Iterable<GgufTensor>,
    onRows: OnGgufRows,
    options: StreamRowsOptions = {},
  ): Promise<void> {
    const wanted = [...new Set(tensors)];
    for (const tensor of wanted) this.#mustBeOurs(tensor);
    await streamRows(this.#file, wanted, this.#alignment, onRows, this.#refusals, options);
  }

  /** Only the places that were checked are read. */
  #mustBeOurs(tensor: GgufTensor): void {
    if (this.tensors.get(tensor.name) !== tensor)
      throw new RunAnywhereError('invalid-options', {
        option: 'tensor',
        reason: 'it is not one of this file',
      });
  }
}
