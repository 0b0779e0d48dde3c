import { CHECKED } from '../src/wasm/generated/checked.ts';
import type { KernelMemory } from '../src/wasm/kernel-memory.ts';
import { type KernelLevel, type Kernels, loadKernels, startKernels } from '../src/wasm/load-kernels.ts';

/** The kernels of one build, the checked one among them, which products do not carry. */
export function loadLevel(level: KernelLevel, memory?: KernelMemory): Promise<Kernels> {
  if (level === 'checked') return startKernels(level, CHECKED, memory);
  return loadKernels({ level, ...(memory && { memory }) });
}
