/** The first bytes of the memory belong to nobody, so that a pointer that was never set is noticed. */
const FIRST_BYTE: usize = 1024;

/**
 * In the checked build, stops (`unreachable`) unless `bytes` bytes at `pointer` are aligned and lie inside the memory. In
 * the other builds it is nothing: a wrong pointer there reads another buffer's bytes and nobody notices.
 */
@inline
export function within(pointer: usize, bytes: usize): void {
  if (!ASC_NO_ASSERT) {
    if (pointer & 15) unreachable();
    withinUnaligned(pointer, bytes);
  }
}

/** The same for bytes that may lie anywhere, such as rows of a file. */
@inline
export function withinUnaligned(pointer: usize, bytes: usize): void {
  if (!ASC_NO_ASSERT) {
    if (pointer < FIRST_BYTE) unreachable();
    // In 64 bits: the sum of two addresses may not fit into 32.
    if (<u64>pointer + <u64>bytes > (<u64>memory.size()) << 16) unreachable();
  }
}

/** The same for rows of floats that lie `stride` floats apart. */
@inline
export function withinRows(pointer: usize, rows: i32, stride: i32, columns: i32): void {
  if (!ASC_NO_ASSERT) {
    if (rows > 0) within(pointer, (<usize>((rows - 1) * stride + columns)) << 2);
  }
}
