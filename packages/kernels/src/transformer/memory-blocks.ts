import type { KernelMemory } from '../wasm/kernel-memory.ts';

const ALIGNMENT = 64;

/** Blocks of the kernels' memory that may be given back in any order; {@link KernelMemory} itself only grows and falls. */
export class MemoryBlocks {
  readonly #memory: KernelMemory;
  /** Free places by address, none touching another. */
  #free: { pointer: number; bytes: number }[] = [];

  constructor(memory: KernelMemory) {
    this.#memory = memory;
  }

  /** @returns the address, a multiple of 64. */
  take(sizeBytes: number): number {
    const bytes = rounded(sizeBytes);
    const place = this.#free.find((free) => free.bytes >= bytes);
    if (!place) return this.#memory.allocate(bytes);
    const { pointer } = place;
    place.pointer += bytes;
    place.bytes -= bytes;
    if (place.bytes === 0) this.#free = this.#free.filter((free) => free !== place);
    return pointer;
  }

  /** @param sizeBytes what was asked for when the block was taken. */
  giveBack(pointer: number, sizeBytes: number): void {
    const merged: { pointer: number; bytes: number }[] = [];
    const places = [...this.#free, { pointer, bytes: rounded(sizeBytes) }];
    for (const place of places.sort((a, b) => a.pointer - b.pointer)) {
      const last = merged.at(-1);
      if (last && last.pointer + last.bytes === place.pointer) last.bytes += place.bytes;
      else merged.push(place);
    }
    this.#free = merged;
  }
}

function rounded(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
