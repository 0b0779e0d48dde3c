import type { WrittenGguf } from './gguf-writer.ts';

/** Numbers from 0 to 1, the same for the same seed and case (mulberry32 by Tommy Ettinger). */
export class Chance {
  #state: number;

  constructor(seed: number, caseIndex: number) {
    this.#state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(caseIndex + 1, 0xc2b2ae35)) | 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}

/** A file on its way to ruin: `bytes` are its beginning, zeros follow up to `size`. */
export interface Victim {
  bytes: Uint8Array<ArrayBuffer>;
  size: number;
  /** From what it was made; where things stand in it holds only until bytes are moved. */
  readonly source: WrittenGguf;
}

/** Each kind of damage, by name. */
export const MUTATIONS: Readonly<
  Record<string, (victim: Victim, chance: Chance, donor: WrittenGguf) => void>
> = {
  'bits flipped': (victim, chance) => {
    for (let count = 1 + chance.below(8); count > 0; count--)
      change(victim, place(victim, chance), (byte) => byte ^ (1 << chance.below(8)));
  },
  'bytes overwritten': (victim, chance) => {
    for (let count = 1 + chance.below(8); count > 0; count--)
      change(victim, place(victim, chance), () => chance.below(256));
  },
  'cut off': (victim, chance) => {
    const length = chance.below(victim.bytes.length + 1);
    victim.bytes = victim.bytes.slice(0, length);
    victim.size = length;
  },
  'a size replaced': (victim, chance) => {
    for (let count = 1 + chance.below(3); count > 0; count--)
      write64(victim, chance.pick(victim.source.sizesAt), size(victim, chance));
  },
  'a type replaced': (victim, chance) => {
    for (let count = 1 + chance.below(3); count > 0; count--)
      write32(
        victim,
        chance.pick(victim.source.typesAt),
        chance.next() < 0.8 ? chance.below(42) : word(chance),
      );
  },
  'a word replaced anywhere': (victim, chance) => {
    const at = place(victim, chance);
    if (chance.next() < 0.5) write64(victim, at, size(victim, chance));
    else write32(victim, at, word(chance));
  },
  'a stretch copied over another': (victim, chance) => {
    const from = place(victim, chance);
    const length = 1 + chance.below(Math.min(200, victim.bytes.length - from || 1));
    victim.bytes.copyWithin(place(victim, chance), from, from + length);
  },
  'a stretch inserted': (victim, chance, donor) => {
    const from = chance.below(donor.headerBytes);
    insert(victim, place(victim, chance), donor.bytes.subarray(from, from + 1 + chance.below(200)));
  },
  'a stretch taken out': (victim, chance) => {
    const at = place(victim, chance);
    const end = at + 1 + chance.below(200);
    victim.size = Math.max(0, victim.size - (Math.min(end, victim.bytes.length) - at));
    victim.bytes = joined(victim.bytes.subarray(0, at), victim.bytes.subarray(end));
  },
  'the tail of another file': (victim, chance, donor) => {
    const at = place(victim, chance);
    const tail = donor.bytes.subarray(chance.below(donor.bytes.length));
    victim.bytes = joined(victim.bytes.subarray(0, at), tail);
    victim.size = victim.bytes.length;
  },
  'an entry twice': (victim, chance) => {
    const { keysAt, tableAt, headerBytes } = victim.source;
    const ofTensors = chance.next() < 0.5;
    const [start, end] = ofTensors ? [tableAt, headerBytes] : [keysAt, tableAt];
    insert(victim, end, victim.bytes.slice(start, end));
    const countAt = ofTensors ? 8 : 16;
    write64(victim, countAt, read64(victim, countAt) * 2n);
  },
  'arrays in arrays': (victim, chance) => {
    const depth = 1 + chance.below(chance.pick([8, 100, 20_000]));
    insert(victim, victim.source.keysAt, nested(depth, chance));
    write64(victim, 16, read64(victim, 16) + 1n);
  },
  'a file of another size': (victim, chance) => {
    victim.size = chance.pick([
      chance.below(victim.size + 1),
      victim.size + chance.below(1000),
      2 ** 31,
      2 ** 33,
      2 ** 40,
    ]);
  },
};

/** An entry `x`: an array of arrays of arrays…, at last an empty one; at times each level claims more than it has. */
function nested(depth: number, chance: Chance): Uint8Array<ArrayBuffer> {
  const length = chance.pick([1n, 1n, 1n, 2n, 65_535n, 2n ** 63n]);
  const bytes = new Uint8Array(13 + 12 * depth);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, 1n, true);
  view.setUint8(8, 0x78);
  view.setUint32(9, 9, true);
  for (let level = 0; level < depth; level++) {
    const last = level === depth - 1;
    view.setUint32(13 + 12 * level, last ? 4 : 9, true);
    view.setBigUint64(17 + 12 * level, last ? 0n : length, true);
  }
  return bytes;
}

/** Anywhere in the header, and more often near its ends, where the counts and the tensors are. */
function place({ bytes, source }: Victim, chance: Chance): number {
  const length = Math.min(bytes.length, source.headerBytes);
  const kind = chance.next();
  if (kind < 0.2) return chance.below(Math.min(length, 64));
  if (kind < 0.5)
    return Math.min(length, source.tableAt) + chance.below(Math.max(1, length - source.tableAt));
  return chance.below(length || 1);
}

function size({ bytes, size, source }: Victim, chance: Chance): bigint {
  return chance.pick([
    0n,
    1n,
    BigInt(chance.below(256)),
    BigInt(chance.below(bytes.length + 1)),
    BigInt(source.headerBytes),
    BigInt(size - 1),
    BigInt(size),
    BigInt(size + 1),
    2n ** 31n - 1n,
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 61n,
    2n ** 63n - 1n,
    2n ** 63n,
    2n ** 64n - 1n,
    2n ** 64n - 32n,
    BigInt(64 * 1024 * 1024 - chance.below(4096)),
  ]);
}

function word(chance: Chance): number {
  return chance.pick([0, 1, 4, 5, 9, 255, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, chance.below(2 ** 32)]);
}

function change(victim: Victim, at: number, to: (byte: number) => number): void {
  if (at < victim.bytes.length) victim.bytes[at] = to(victim.bytes[at] as number);
}

function write64({ bytes }: Victim, at: number, value: bigint): void {
  if (at + 8 <= bytes.length) new DataView(bytes.buffer).setBigUint64(at, BigInt.asUintN(64, value), true);
}

function write32({ bytes }: Victim, at: number, value: number): void {
  if (at + 4 <= bytes.length) new DataView(bytes.buffer).setUint32(at, value, true);
}

function read64({ bytes }: Victim, at: number): bigint {
  return at + 8 <= bytes.length ? new DataView(bytes.buffer).getBigUint64(at, true) : 0n;
}

function insert(victim: Victim, at: number, bytes: Uint8Array): void {
  victim.bytes = joined(victim.bytes.subarray(0, at), bytes, victim.bytes.subarray(at));
  victim.size += bytes.length;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
