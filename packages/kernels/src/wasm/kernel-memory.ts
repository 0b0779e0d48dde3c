import { RunAnywhereError } from '@runanywhere/core';

const PAGE_BYTES = 65_536;
/** WASM addresses 4 GiB; the last page stays free. */
const MAXIMUM_PAGES = 65_535;
/** The first bytes belong to nobody, so that a pointer of 0 is always a mistake. */
const FIRST = 1024;
const ALIGNMENT = 64;

/**
 * The kernels' memory, given out from the bottom up. What is allocated stays where it is; {@link release} takes back
 * everything since a {@link mark}. The kernels themselves keep nothing in it: no stack, no statics.
 */
export class KernelMemory {
  readonly memory: WebAssembly.Memory;
  #top = FIRST;
  #engine: string;

  /** @param engine names whoever runs out of memory in errors. */
  constructor(engine = 'kernels') {
    this.#engine = engine;
    this.memory = new WebAssembly.Memory({ initial: 16, maximum: MAXIMUM_PAGES });
  }

  /**
   * The pointer of so many bytes, a multiple of 64. They hold zeros only where nothing was released before.
   *
   * @throws {RunAnywhereError} `engine-failed` when the browser gives no more memory.
   */
  allocate(bytes: number): number {
    const pointer = Math.ceil(this.#top / ALIGNMENT) * ALIGNMENT;
    const missing = pointer + bytes - this.memory.buffer.byteLength;
    if (missing > 0) this.#grow(Math.ceil(missing / PAGE_BYTES));
    this.#top = pointer + bytes;
    return pointer;
  }

  /** Where the memory in use ends, for {@link release}. */
  mark(): number {
    return this.#top;
  }

  /** Takes back everything that was allocated since the mark. */
  release(mark: number): void {
    this.#top = mark;
  }

  /** Bytes of the memory. A view made before the next `allocate` may be dead after it. */
  bytes(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, pointer, length);
  }

  /** 32-bit floats of the memory, `length` of them. */
  floats(pointer: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, pointer, length);
  }

  /** Signed 32-bit integers of the memory, `length` of them. */
  integers(pointer: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, pointer, length);
  }

  #grow(pages: number): void {
    try {
      this.memory.grow(pages);
    } catch (cause) {
      throw new RunAnywhereError(
        'engine-failed',
        {
          engine: this.#engine,
          reason: `the browser gives no more than ${this.memory.buffer.byteLength} bytes of memory`,
        },
        { cause },
      );
    }
  }
}
