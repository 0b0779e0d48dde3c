import { RunAnywhereError } from '@runanywhere/core';
import type { VadExports } from '../vad/vad-exports.ts';
import { RELAXED } from './generated/relaxed.ts';
import { SIMD } from './generated/simd.ts';
import type { KernelExports } from './kernel-exports.ts';
import { KernelMemory } from './kernel-memory.ts';

/**
 * A build of the kernels: with relaxed SIMD, with plain 128-bit SIMD, and the plain one with every pointer checked, for
 * tests.
 */
export type KernelLevel = 'relaxed' | 'simd' | 'checked';

/** What {@link loadKernels} takes. */
export interface LoadKernelsOptions {
  /** @defaultValue `'relaxed'` where the engine has it, else `'simd'` */
  level?: Exclude<KernelLevel, 'checked'>;
  /** @defaultValue a new memory */
  memory?: KernelMemory;
}

/** The kernels and the memory they work on. */
export interface Kernels {
  readonly exports: KernelExports & VadExports;
  readonly memory: KernelMemory;
  readonly level: KernelLevel;
}

const BUILDS = { relaxed: RELAXED, simd: SIMD };

/** Compiled once for all engines of a thread. */
const compiled = new Map<KernelLevel, Promise<WebAssembly.Module>>();

/**
 * Compiles and starts the kernels. Their code comes with the script: nothing is fetched.
 *
 * @throws {RunAnywhereError} `engine-failed` where WebAssembly or its SIMD is missing, or a Content-Security-Policy lacks
 *   `script-src 'wasm-unsafe-eval'`.
 */
export function loadKernels({
  level = bestKernelLevel(),
  memory,
}: LoadKernelsOptions = {}): Promise<Kernels> {
  return startKernels(level, BUILDS[level], memory);
}

/**
 * Starts one build, for {@link loadKernels} and for the tests' checked one.
 *
 * @param base64 the WASM module of that level.
 */
export async function startKernels(
  level: KernelLevel,
  base64: string,
  memory: KernelMemory = new KernelMemory(),
): Promise<Kernels> {
  try {
    let module = compiled.get(level);
    if (!module) {
      module = WebAssembly.compile(bytesOf(base64));
      compiled.set(level, module);
    }
    const instance = await WebAssembly.instantiate(await module, { env: { memory: memory.memory } });
    return { exports: instance.exports as unknown as Kernels['exports'], memory, level };
  } catch (cause) {
    compiled.delete(level);
    const reason =
      "WebAssembly with SIMD cannot be started; a Content-Security-Policy needs script-src 'wasm-unsafe-eval'";
    throw new RunAnywhereError('engine-failed', { engine: 'kernels', reason }, { cause });
  }
}

/** Which build this engine runs best, found by validating the smallest function that needs relaxed SIMD. */
export function bestKernelLevel(): Exclude<KernelLevel, 'checked'> {
  return WebAssembly.validate(RELAXED_PROBE) ? 'relaxed' : 'simd';
}

/** A module with one function: `i8x16.relaxed_swizzle` of two zero vectors, dropped. */
const RELAXED_PROBE: Uint8Array<ArrayBuffer> = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 16, 1, 14, 0, 65, 1, 253, 15, 65, 2, 253,
  15, 253, 128, 2, 26, 11,
]);

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
