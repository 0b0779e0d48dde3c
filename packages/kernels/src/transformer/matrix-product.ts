import type { KernelExports } from '../wasm/kernel-exports.ts';
import { PACKED_FORMATS } from '../wasm/kernel-exports.ts';
import type { MatrixStack, PackedMatrix } from './weights.ts';

/** Rows of activations for a product, and where its results go. */
export interface ProductOperands {
  /** Floats `[rows][columns]`. */
  readonly x: number;
  /** The same rows quantised. */
  readonly quantized: number;
  readonly rows: number;
  readonly y: number;
  /** Floats from one row of `y` to the next. */
  readonly yStride: number;
  /** Adds to `y`. */
  readonly accumulate: boolean;
}

/**
 * Multiplies rows with one packed matrix. Groups do not depend on each other: a pool of threads gives each a range of them.
 */
export type MatrixProduct = (matrix: PackedMatrix, operands: ProductOperands) => void;

/** The product on the calling thread. */
export function singleThreadProduct(exports: KernelExports): MatrixProduct {
  return (matrix, { x, quantized, rows, y, yStride, accumulate }) =>
    exports.matmul(
      matrix.format,
      matrix.pointer,
      matrix.groups,
      matrix.columns,
      readsFloats(matrix) ? x : quantized,
      rows,
      y + matrix.outputColumn * 4,
      yStride,
      accumulate ? 1 : 0,
    );
}

/** True when any of the matrices reads quantised rows. */
export function needsQuantized(stack: MatrixStack): boolean {
  return stack.some((matrix) => !readsFloats(matrix));
}

function readsFloats({ format }: PackedMatrix): boolean {
  return format === PACKED_FORMATS.float16 || format === PACKED_FORMATS.float32;
}
