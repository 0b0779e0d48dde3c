/** A packed matrix, or several of one format upon each other. */
export interface PackedMatrix {
  /** One of `PACKED_FORMATS`. */
  readonly format: number;
  /** Its first group in the kernels' memory. */
  readonly pointer: number;
  /** Groups of four rows; the last may have rows of zeros. */
  readonly groups: number;
  readonly groupBytes: number;
  readonly columns: number;
  /** The number of each output row where this matrix's results begin. */
  readonly outputColumn: number;
}

/** Matrices that read the same activations and write side by side: one when all have one format. */
export type MatrixStack = readonly PackedMatrix[];

/** One layer's weights; vectors are pointers to floats. */
export interface LayerWeights {
  readonly attentionNorm: number;
  readonly queryKeyValue: MatrixStack;
  /** As long as a row of queries, keys and values together. */
  readonly queryKeyValueBias?: number;
  readonly queryNorm?: number;
  readonly keyNorm?: number;
  readonly attentionOutput: MatrixStack;
  readonly feedForwardNorm: number;
  readonly gateUp: MatrixStack;
  readonly down: MatrixStack;
}

/** All weights of a transformer, in the kernels' memory. */
export interface TransformerWeights {
  readonly embedding: PackedMatrix;
  readonly layers: readonly LayerWeights[];
  readonly outputNorm: number;
  /** The embedding itself where the file has no other. */
  readonly output: MatrixStack;
  /** `headSize / 2` numbers, when the file has them. */
  readonly ropeDivisors?: Float32Array;
  /** The one block that all of it lies in. */
  readonly pointer: number;
  readonly sizeBytes: number;
}
