/** What a GGUF file says of itself: its keys and values, tensors left out. Arrays stay arrays; 64-bit integers are numbers. */
export type GgufMetadata = ReadonlyMap<string, GgufValue>;

/** A value in {@link GgufMetadata}. */
export type GgufValue = string | number | boolean | readonly GgufValue[];

/** Most vocabularies end within this many bytes; a file with a longer header is read again, four times as far. */
const FIRST_READ_BYTES = 4 * 1024 * 1024;

const STRING = 8;
const ARRAY = 9;

/**
 * Reads the header of a GGUF file (version 2 and 3), a few MB of what may be gigabytes. Format: `docs/gguf.md` of ggml.
 *
 * @throws {TypeError} when the file is no GGUF, or ends within its header.
 */
export async function readGgufMetadata(file: Blob): Promise<GgufMetadata> {
  for (let sizeBytes = FIRST_READ_BYTES; ; sizeBytes *= 4) {
    const bytes = await file.slice(0, sizeBytes).arrayBuffer();
    try {
      return new HeaderReader(bytes).metadata();
    } catch (error) {
      // DataView throws a RangeError where the bytes end.
      if (!(error instanceof RangeError)) throw error;
      if (sizeBytes >= file.size)
        throw new TypeError('the GGUF file ends within its header', { cause: error });
    }
  }
}

class HeaderReader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #text = new TextDecoder();
  #at = 0;

  constructor(buffer: ArrayBuffer) {
    this.#view = new DataView(buffer);
    this.#bytes = new Uint8Array(buffer);
  }

  metadata(): GgufMetadata {
    if (this.#view.byteLength < 4 || this.#text.decode(this.#take(4)) !== 'GGUF')
      throw new TypeError('the file is no GGUF');
    const version = this.#number(4);
    if (version !== 2 && version !== 3) throw new TypeError(`GGUF version ${version} is not known`);
    this.#number(10); // How many tensors there are.
    const count = this.#number(10);
    const metadata = new Map<string, GgufValue>();
    for (let index = 0; index < count; index++) metadata.set(this.#string(), this.#value(this.#number(4)));
    return metadata;
  }

  #value(type: number): GgufValue {
    if (type === STRING) return this.#string();
    if (type === ARRAY) {
      const itemType = this.#number(4);
      const length = this.#number(10);
      const items: GgufValue[] = [];
      for (let index = 0; index < length; index++) items.push(this.#value(itemType));
      return items;
    }
    return type === 7 ? this.#number(0) !== 0 : this.#number(type);
  }

  /** @param type a GGUF value type: 0…6 and 10…12 are numbers. */
  #number(type: number): number {
    const view = this.#view;
    const at = this.#at;
    switch (type) {
      case 0:
        this.#at += 1;
        return view.getUint8(at);
      case 1:
        this.#at += 1;
        return view.getInt8(at);
      case 2:
        this.#at += 2;
        return view.getUint16(at, true);
      case 3:
        this.#at += 2;
        return view.getInt16(at, true);
      case 4:
        this.#at += 4;
        return view.getUint32(at, true);
      case 5:
        this.#at += 4;
        return view.getInt32(at, true);
      case 6:
        this.#at += 4;
        return view.getFloat32(at, true);
      case 10:
        this.#at += 8;
        return Number(view.getBigUint64(at, true));
      case 11:
        this.#at += 8;
        return Number(view.getBigInt64(at, true));
      case 12:
        this.#at += 8;
        return view.getFloat64(at, true);
      default:
        throw new TypeError(`GGUF value type ${type} is not known`);
    }
  }

  #string(): string {
    return this.#text.decode(this.#take(this.#number(10)));
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('the bytes end here');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
