/** How a packed matrix holds its weights. The numbers are what the kernels are called with. */
export const PACKED_FORMATS = {
  /** 4 bits, scale and minimum for each 32 columns (from Q4_0, Q4_1, Q4_K). */
  bits4: 1,
  /** 8 bits, a scale for each 32 columns (from Q8_0). */
  bits8: 2,
  /** 6 bits, a scale for each 16 columns (from Q6_K). */
  bits6: 3,
  /** Half floats (from F16). */
  float16: 4,
  /** Floats (from F32). */
  float32: 5,
} as const;

/** One of {@link PACKED_FORMATS}. */
export type PackedFormat = (typeof PACKED_FORMATS)[keyof typeof PACKED_FORMATS];

/**
 * The kernels, as WASM exports them. Every pointer is a byte offset into the imported memory, a multiple of 16; numbers
 * there are 32-bit floats unless said otherwise, little-endian. Nothing is allocated and no kernel keeps anything.
 *
 * Rows of activations lie one behind the other. Matrices are packed in groups of four rows: `packGroup` makes a group, the
 * groups of a matrix follow each other, `columns` is a multiple of 32.
 */
export interface KernelExports {
  /** The {@link PackedFormat} for a GGUF tensor type; 0 when the kernels do not know the type. */
  packedFormat(ggufType: number): number;
  /** Bytes of four packed rows, a multiple of 16. */
  packedGroupBytes(format: number, columns: number): number;
  /**
   * Packs four rows of a GGUF tensor as they lie in the file. A row's pointer may be 0, for a row of zeros, and need not
   * be aligned.
   */
  packGroup(
    ggufType: number,
    row0: number,
    row1: number,
    row2: number,
    row3: number,
    columns: number,
    out: number,
  ): void;
  /** One row of a packed matrix as floats: `out[columns]`. */
  unpackRow(format: number, matrix: number, row: number, columns: number, out: number): void;

  /** Bytes of one row of quantised activations, a multiple of 16. */
  quantizedRowBytes(columns: number): number;
  /** Activations `x[rows][columns]` to 8 bits in blocks of 32: `out` takes `rows × quantizedRowBytes(columns)`. */
  quantizeRows(x: number, rows: number, columns: number, out: number): void;
  /**
   * `y[r][0 … 4·groups) = W·x[r]`, or `+=` when `accumulate` is 1. `x` holds quantised rows for `bits4`, `bits8` and
   * `bits6`, and floats `[rows][columns]` for `float16` and `float32`.
   *
   * @param matrix the first group to compute: threads begin at different groups.
   * @param yStride floats from one row of `y` to the next.
   */
  matmul(
    format: number,
    matrix: number,
    groups: number,
    columns: number,
    x: number,
    rows: number,
    y: number,
    yStride: number,
    accumulate: number,
  ): void;

  /** Root-mean-square norm: `out[r] = x[r] / sqrt(mean(x[r]²) + epsilon) · weight`. `out` may be `x`. */
  rmsNorm(x: number, weight: number, rows: number, columns: number, epsilon: number, out: number): void;
  /** The same over `heads` pieces of each row, `stride` floats between rows, in place (Qwen 3 norms queries and keys so). */
  rmsNormHeads(
    x: number,
    weight: number,
    rows: number,
    stride: number,
    heads: number,
    headSize: number,
    epsilon: number,
  ): void;
  /** `x[r][0 … columns) += bias`, rows `stride` floats apart. */
  addBias(x: number, bias: number, rows: number, stride: number, columns: number): void;
  /**
   * Rotary positions, in place, on `heads` pieces of each row: the first half of a head turns with the second.
   *
   * @param table for each row of `x` the `headSize / 2` cosines, then as many sines.
   */
  rotary(x: number, rows: number, stride: number, heads: number, headSize: number, table: number): void;
  /**
   * Writes keys (or values) of new positions into a cache `[heads][capacity][headSize]`.
   *
   * @param x rows of `heads × headSize` floats, `stride` floats apart.
   */
  storeHeads(
    x: number,
    rows: number,
    stride: number,
    heads: number,
    headSize: number,
    cache: number,
    capacity: number,
    position: number,
  ): void;
  /** The same into a cache of 8 bits: `[heads][capacity]` rows of `headSize` signed bytes, and floats `scales[heads][capacity]`. */
  storeHeads8(
    x: number,
    rows: number,
    stride: number,
    heads: number,
    headSize: number,
    cache: number,
    scales: number,
    capacity: number,
    position: number,
  ): void;
  /**
   * Causal attention of `rows` new positions, the first of them at `position`, each head of the cache shared by `group`
   * heads of the queries. Head sizes are multiples of 16.
   *
   * @param q `[rows]`, `qStride` floats apart, each `kvHeads × group × headSize`.
   * @param scores room for `4 × (capacity + 4)` floats, however many heads share a cache.
   */
  attention(
    q: number,
    qStride: number,
    rows: number,
    position: number,
    keys: number,
    values: number,
    capacity: number,
    kvHeads: number,
    group: number,
    headSize: number,
    scale: number,
    scores: number,
    out: number,
    outStride: number,
  ): void;
  /** {@link attention} on a cache of 8 bits. */
  attention8(
    q: number,
    qStride: number,
    rows: number,
    position: number,
    keys: number,
    keyScales: number,
    values: number,
    valueScales: number,
    capacity: number,
    kvHeads: number,
    group: number,
    headSize: number,
    scale: number,
    scores: number,
    out: number,
    outStride: number,
  ): void;
  /** `out[r][i] = silu(x[r][i]) · x[r][size + i]`: gate and up lie side by side in rows of `2·size`. */
  siluMultiply(x: number, rows: number, size: number, out: number): void;
  /** `x[i] = gelu(x[i])`, the exact one by erf to 1e-6. */
  gelu(x: number, count: number): void;
  /** The place of the largest of `count` floats, the first of equals. */
  argmax(x: number, count: number): number;
  /** `log(Σ exp(x[i]))`. */
  logSumExp(x: number, count: number): number;
}
