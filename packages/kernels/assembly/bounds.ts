/** The first bytes of the memory belong to nobody, so that a pointer of 0 is always a mistake. */
const FIRST: usize = 1024;

/** In the checked build: traps unless these bytes lie in the memory and begin at a multiple of 16. Nothing elsewhere. */
// @ts-expect-error: decorator
@inline
export function within(pointer: usize, bytes: usize): void {
  if (!ASC_NO_ASSERT) {
    assert(pointer >= FIRST && (pointer & 15) == 0);
    assert(<u64>pointer + <u64>bytes <= <u64>memory.size() << 16);
  }
}
