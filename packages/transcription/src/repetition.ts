/** Repeating this many ids is taken for a loop, however short the phrase: nobody says one word that often. */
const MIN_LOOP_TOKENS = 12;
/** A phrase must come this often in a row to be a loop: people do repeat a sentence. */
const MIN_REPEATS = 4;

/**
 * Speech models that have lost the thread say the same phrase for ever. When the end of `ids` is such a loop, the length up
 * to which they are worth keeping: everything before the loop and its first round. Otherwise `undefined`.
 */
export function loopStart(ids: readonly number[]): number | undefined {
  const longest = Math.floor(ids.length / MIN_REPEATS);
  for (let period = 1; period <= longest; period += 1) {
    let repeated = 0;
    while (
      repeated + period < ids.length &&
      ids[ids.length - 1 - repeated] === ids[ids.length - 1 - repeated - period]
    ) {
      repeated += 1;
    }
    const looping = repeated + period;
    if (looping >= MIN_LOOP_TOKENS && looping >= period * MIN_REPEATS) {
      return ids.length - repeated;
    }
  }
  return undefined;
}
