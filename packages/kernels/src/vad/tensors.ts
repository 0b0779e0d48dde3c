import { RunAnywhereError } from '@runanywhere/core';

/** A tensor of 32-bit floats, the last dimension's numbers one behind the other. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** By name. */
export type FloatTensors = ReadonlyMap<string, FloatTensor>;

/**
 * The tensor of that name, its shape being what is wanted.
 *
 * @param shape `undefined` where any size will do.
 * @throws {RunAnywhereError} `model-invalid`.
 */
export function tensorOf(
  tensors: FloatTensors,
  name: string,
  shape: readonly (number | undefined)[],
  modelId?: string,
): FloatTensor {
  const tensor = tensors.get(name);
  if (!tensor) return invalid(`there is no tensor "${name}"`, modelId);
  const fits =
    tensor.shape.length === shape.length &&
    shape.every((size, i) =>
      size === undefined ? (tensor.shape[i] as number) > 0 : size === tensor.shape[i],
    );
  if (fits) return tensor;
  const wanted = shape.map((size) => size ?? 'any').join('×');
  return invalid(`"${name}" is ${tensor.shape.join('×')} and should be ${wanted}`, modelId);
}

/** @throws {RunAnywhereError} `model-invalid`. */
export function invalid(reason: string, modelId?: string): never {
  throw new RunAnywhereError('model-invalid', { ...(modelId !== undefined && { modelId }), reason });
}
