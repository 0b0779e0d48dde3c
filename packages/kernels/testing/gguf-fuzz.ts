import { isRunAnywhereError } from '@runanywhere/core';
import { type GgufFile, openGguf } from '../src/gguf/gguf-file.ts';
import { MAX_HEADER_BYTES } from '../src/gguf/header-reader.ts';
import { type GgufValue, METADATA_LIMITS } from '../src/gguf/metadata.ts';
import { Chance, MUTATIONS, type Victim } from './gguf-mutations.ts';
import { WatchedFile } from './gguf-watched-file.ts';
import { tensorBytes, typed, type WrittenGguf, writeGguf } from './gguf-writer.ts';

/** How often the header of a real model is the victim: it takes a thousand times as long as a small one. */
const REAL_SHARE = 0.02;
/** Rows are streamed out of files that opened, when their tensors have no more than this. */
const STREAM_BYTES = 1024 * 1024;
const PIECE_BYTES = 4 * 1024 * 1024;

/** What came of one mutated file: refused with this code, or opened and found right, or a `fault` of the reader. */
export type FuzzOutcome =
  | { readonly kind: 'refused'; readonly code: string; readonly mutations: readonly string[] }
  | { readonly kind: 'opened'; readonly mutations: readonly string[] }
  | { readonly kind: 'fault'; readonly fault: string; readonly mutations: readonly string[] };

/**
 * Breaks GGUF files and opens them. Case `index` of a seed is always the same file.
 *
 * Held against {@link openGguf}: it refuses with `model-invalid` or `model-unsupported` and a short plain message, or gives
 * tensors that lie in the file and not upon each other, whose rows come whole; it reads nothing outside the file, and
 * never more than the limits allow.
 */
export class GgufFuzz {
  readonly #seed: number;
  readonly #small: readonly WrittenGguf[];
  readonly #real: WrittenGguf | undefined;
  readonly #realSize: number;

  /**
   * @param real the first bytes of a real model, at least its whole header.
   * @param realSize of the whole real file.
   */
  private constructor(seed: number, real: WrittenGguf | undefined, realSize: number) {
    this.#seed = seed;
    this.#small = smallFiles();
    this.#real = real;
    this.#realSize = realSize;
  }

  /** @param model a real model; its header is among the victims. */
  static async open(seed: number, model?: Blob): Promise<GgufFuzz> {
    if (!model) return new GgufFuzz(seed, undefined, 0);
    const { tensors } = await openGguf(model);
    const dataAt = Math.min(...[...tensors.values()].map(({ offset }) => offset));
    const bytes = new Uint8Array(await model.slice(0, dataAt).arrayBuffer());
    return new GgufFuzz(seed, findPlaces(bytes, tensors.size), model.size);
  }

  async run(index: number): Promise<FuzzOutcome> {
    const chance = new Chance(this.#seed, index);
    const real = chance.next() < REAL_SHARE ? this.#real : undefined;
    const source = real ?? chance.pick(this.#small);
    const victim: Victim = {
      bytes: source.bytes.slice(),
      size: real ? this.#realSize : source.bytes.length,
      source,
    };
    const mutations: string[] = [];
    for (let count = chance.pick([1, 1, 1, 2, 3]); count > 0; count--) {
      const name = chance.pick(Object.keys(MUTATIONS));
      mutations.push(name);
      MUTATIONS[name]?.(victim, chance, chance.pick(this.#small));
    }
    const misbehaviour = chance.next() < 0.02 ? chance.pick(['short', 'unreadable'] as const) : undefined;
    if (misbehaviour) mutations.push(misbehaviour);
    const file = new WatchedFile(victim.bytes, victim.size, misbehaviour, chance.below(3));
    return { ...(await check(file)), mutations };
  }
}

type Result =
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'opened' }
  | { readonly kind: 'fault'; readonly fault: string };

async function check(file: WatchedFile): Promise<Result> {
  const fault = (what: string | undefined): Result | undefined =>
    what ? { kind: 'fault', fault: what } : undefined;
  // A piece begins again with the few bytes that the one before could not use: never more than half of all.
  const headerFault = () => fault(file.fault(MAX_HEADER_BYTES, 2 * Math.min(file.size, MAX_HEADER_BYTES)));
  let opened: GgufFile;
  try {
    opened = await openGguf(file);
  } catch (error) {
    return headerFault() ?? refusal(error);
  }
  const found = headerFault() ?? fault(headerFaults(opened, file.size));
  if (found) return found;
  const tensors = [...opened.tensors.values()];
  if (tensors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > STREAM_BYTES) return { kind: 'opened' };
  file.reads.length = 0;
  const rowsSeen = new Map(tensors.map(({ name }) => [name, 0]));
  let rowFault: string | undefined;
  try {
    await opened.streamRows(tensors, (tensor, firstRow, bytes) => {
      if (rowsSeen.get(tensor.name) !== firstRow) rowFault = 'rows came out of order';
      if (bytes.length === 0 || bytes.length % tensor.rowBytes !== 0) rowFault = 'a row came in parts';
      rowsSeen.set(tensor.name, firstRow + bytes.length / tensor.rowBytes);
    });
  } catch (error) {
    return fault(file.fault(PIECE_BYTES, file.size)) ?? refusal(error);
  }
  if (tensors.some(({ name, rows }) => rowsSeen.get(name) !== rows)) rowFault = 'rows are missing';
  return fault(rowFault) ?? fault(file.fault(PIECE_BYTES, file.size)) ?? { kind: 'opened' };
}

function refusal(error: unknown): Result {
  if (!isRunAnywhereError(error, 'model-invalid') && !isRunAnywhereError(error, 'model-unsupported')) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { kind: 'fault', fault: `it threw ${what}` };
  }
  if (!/^[ -~’]{10,200}$/.test(error.message)) return { kind: 'fault', fault: `it said ${error.message}` };
  return { kind: 'refused', code: error.code };
}

/** What an opened file promises and does not keep. */
function headerFaults({ tensors, metadata }: GgufFile, size: number): string | undefined {
  let end = 0;
  for (const tensor of tensors.values()) {
    const { offset, sizeBytes, rows, rowBytes, columns, shape, type } = tensor;
    if (
      ![offset, sizeBytes, rows, rowBytes, columns].every((value) => Number.isSafeInteger(value) && value > 0)
    )
      return 'a tensor has sizes that are none';
    if (offset < end || offset + sizeBytes > size) return 'a tensor lies outside the file or upon another';
    if (rows * rowBytes !== sizeBytes || tensorBytes(type, shape) !== sizeBytes)
      return 'a tensor has a wrong size';
    end = offset + sizeBytes;
  }
  let values = 0;
  let depth = 0;
  const count = (value: GgufValue, level: number): void => {
    values += 1;
    depth = Math.max(depth, level);
    // A list of 49,152 tokens has no list in it, and is the most of a real header.
    if (!Array.isArray(value) || level > METADATA_LIMITS.arrayDepth) return;
    if (!Array.isArray(value[0])) values += value.length;
    for (const item of value) if (Array.isArray(item)) count(item, level + 1);
    depth = Math.max(depth, level + 1);
  };
  for (const value of metadata.values()) count(value, 0);
  const { values: mostValues, arrayDepth } = METADATA_LIMITS;
  return values > mostValues || depth > arrayDepth ? 'there is more metadata than the limit' : undefined;
}

/** A little of everything that files have. */
function smallFiles(): WrittenGguf[] {
  const tensor = (name: string, type: number, shape: readonly number[]) => ({
    name,
    type,
    shape,
    bytes: new Uint8Array(tensorBytes(type, shape)).fill(0x5a),
  });
  return [
    writeGguf({}),
    writeGguf({
      metadata: {
        'general.architecture': 'llama',
        'general.alignment': 64,
        'tokenizer.ggml.tokens': ['<s>', 'a', 'é', '\u{1F600}', ''],
        'tokenizer.ggml.scores': typed('float32', [0, -1, -2.5, 3, 0]),
        'tokenizer.ggml.token_type': typed('int32', [3, 1, 1, 1, 6]),
        'tokenizer.chat_template': '{% for message in messages %}{{ message.content }}{% endfor %}',
      },
      tensors: [
        tensor('token_embd.weight', 3, [64, 5]),
        tensor('blk.0.attn_norm.weight', 0, [64]),
        tensor('blk.0.attn_q.weight', 12, [256, 2]),
        tensor('output.weight', 1, [64, 5]),
      ],
    }),
    writeGguf({
      version: 2,
      metadata: {
        u8: typed('uint8', 200),
        i8: typed('int8', -3),
        u16: typed('uint16', 50_000),
        i16: typed('int16', -300),
        i32: -70_000,
        u64: 2n ** 63n,
        i64: typed('int64', -9),
        f32: 0.5,
        f64: typed('float64', 0.1),
        yes: true,
        nested: [[[1, 2], [3]], [[4]]],
        bytes: typed('uint8', [1, 2, 3]),
        flags: [true, false],
      },
      tensors: [2, 6, 7, 8, 14, 30, 24].map((type, at) => tensor(`t${at}`, type, [256, 1 + at, 2])),
    }),
    writeGguf({ tensors: [tensor('scalar', 0, []), tensor('four', 0, [2, 3, 4, 5])] }),
  ];
}

/** Where a real header's numbers stand: its counts, and in the table of tensors whatever reads like a size. */
function findPlaces(bytes: Uint8Array<ArrayBuffer>, tensorCount: number): WrittenGguf {
  // The table's entries have about 60 bytes; the names tell where it begins.
  const text = new TextDecoder('latin1').decode(bytes);
  const nameAt = text.indexOf('.weight', bytes.length - 100 * tensorCount);
  const tableAt = Math.max(24, nameAt - 64);
  const around = Array.from({ length: 2000 }, (_, at) => tableAt + at * 8);
  const front = Array.from({ length: 50 }, (_, at) => 24 + at * 4);
  return {
    bytes,
    sizesAt: [8, 16, 24, ...front, ...around].filter((at) => at < bytes.length),
    typesAt: [4, ...front, ...around.map((at) => at + 4)].filter((at) => at < bytes.length),
    keysAt: 24,
    tableAt,
    headerBytes: bytes.length,
  };
}
