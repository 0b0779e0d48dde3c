import type { HeaderReader } from './header-reader.ts';
import { quoted, type Refusals } from './refusals.ts';

/** A value in {@link GgufMetadata}. Integers are bigints only beyond 2⁵³. */
export type GgufValue = string | number | bigint | boolean | readonly GgufValue[];

/** What a GGUF file says of itself: its keys and values, in the file's order. */
export type GgufMetadata = ReadonlyMap<string, GgufValue>;

/** How much metadata there may be. Real files have a few dozen keys and, with 256,000 tokens, about a million values. */
export const METADATA_LIMITS: {
  readonly keys: number;
  readonly keyBytes: number;
  readonly values: number;
  readonly arrayDepth: number;
} = { keys: 65_536, keyBytes: 65_535, values: 4_194_304, arrayDepth: 4 };

const BOOLEAN = 7;
const STRING = 8;
const ARRAY = 9;

/** Bytes of the smallest value of each type, by the type's number; the format is described in `docs/gguf.md` of ggml. */
const MIN_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8];
/** Bytes of the smallest entry: an empty key's length, a type and a byte. */
const MIN_ENTRY_BYTES = 13;

/** Reads the keys and values of a header. */
export class MetadataReader {
  readonly #reader: HeaderReader;
  readonly #refusals: Refusals;
  #valueCount = 0;

  constructor(reader: HeaderReader, refusals: Refusals) {
    this.#reader = reader;
    this.#refusals = refusals;
  }

  /** @param count of entries, as the file claims. */
  async read(count: number): Promise<GgufMetadata> {
    if (count > METADATA_LIMITS.keys)
      throw this.#refusals.invalid(`it claims more than ${METADATA_LIMITS.keys} keys`);
    this.#reader.expect(count * MIN_ENTRY_BYTES);
    const metadata = new Map<string, GgufValue>();
    for (let index = 0; index < count; index++) {
      const key = await this.#key();
      if (metadata.has(key)) throw this.#refusals.invalid(`the key ${quoted(key)} comes twice`);
      metadata.set(key, await this.#value(await this.#type(key), key, 0));
    }
    return metadata;
  }

  async #key(): Promise<string> {
    const { keyBytes } = METADATA_LIMITS;
    await this.#reader.need(8);
    const byteCount = this.#reader.size();
    if (byteCount === 0 || byteCount > keyBytes)
      throw this.#refusals.invalid(`a key has not 1 to ${keyBytes} bytes`);
    await this.#reader.need(byteCount);
    return this.#reader.text(byteCount);
  }

  async #type(key: string): Promise<number> {
    await this.#reader.need(4);
    const type = this.#reader.u32();
    if (type >= MIN_BYTES.length)
      throw this.#refusals.invalid(`the key ${quoted(key)} has a value of the unknown type ${type}`);
    return type;
  }

  async #value(type: number, key: string, depth: number): Promise<GgufValue> {
    this.#count(1, key);
    if (type === ARRAY) return this.#array(key, depth + 1);
    if (type === STRING) {
      await this.#reader.need(8);
      const byteCount = this.#reader.size();
      await this.#reader.need(byteCount);
      return this.#reader.text(byteCount);
    }
    await this.#reader.need(MIN_BYTES[type] as number);
    return this.#fixed(type, key);
  }

  async #array(key: string, depth: number): Promise<readonly GgufValue[]> {
    if (depth > METADATA_LIMITS.arrayDepth)
      throw this.#refusals.invalid(
        `the key ${quoted(key)} has arrays more than ${METADATA_LIMITS.arrayDepth} deep`,
      );
    const type = await this.#type(key);
    await this.#reader.need(8);
    const length = this.#reader.size();
    this.#reader.expect(length * (MIN_BYTES[type] as number));
    if (type === ARRAY) {
      const items: GgufValue[] = [];
      for (let index = 0; index < length; index++) items.push(await this.#value(type, key, depth));
      return items;
    }
    this.#count(length, key);
    return type === STRING ? this.#texts(length) : this.#fixedItems(type, length, key);
  }

  async #texts(length: number): Promise<readonly string[]> {
    const reader = this.#reader;
    const items: string[] = [];
    for (let index = 0; index < length; index++) {
      if (!reader.has(8)) await reader.need(8);
      const byteCount = reader.size();
      if (!reader.has(byteCount)) await reader.need(byteCount);
      items.push(reader.text(byteCount));
    }
    return items;
  }

  async #fixedItems(type: number, length: number, key: string): Promise<readonly GgufValue[]> {
    const byteCount = MIN_BYTES[type] as number;
    const items: GgufValue[] = [];
    for (let index = 0; index < length; index++) {
      if (!this.#reader.has(byteCount)) await this.#reader.need(byteCount);
      items.push(this.#fixed(type, key));
    }
    return items;
  }

  /** A value whose type tells its size. */
  #fixed(type: number, key: string): GgufValue {
    const reader = this.#reader;
    switch (type) {
      case 0:
        return reader.u8();
      case 1:
        return reader.i8();
      case 2:
        return reader.u16();
      case 3:
        return reader.i16();
      case 4:
        return reader.u32();
      case 5:
        return reader.i32();
      case 6:
        return reader.f32();
      case BOOLEAN: {
        const value = reader.u8();
        if (value > 1) throw this.#refusals.invalid(`the key ${quoted(key)} is neither true nor false`);
        return value === 1;
      }
      case 10:
        return reader.u64();
      case 11:
        return reader.i64();
      default:
        return reader.f64();
    }
  }

  /** Values take more memory than the bytes that claim them: a byte may become an array. */
  #count(values: number, key: string): void {
    this.#valueCount += values;
    if (this.#valueCount > METADATA_LIMITS.values)
      throw this.#refusals.invalid(
        `with the key ${quoted(key)} it has more than ${METADATA_LIMITS.values} values`,
      );
  }
}
