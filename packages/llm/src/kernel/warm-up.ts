import type { TokenModel } from '../generation/token-model.ts';
import { yieldToEvents } from '../generation/yield-to-events.ts';

/** What is computed: a few tokens at once, twice, and some one by one. */
const STEPS: readonly (readonly number[])[] = [[1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8], [1], [1]];

/**
 * Lets the kernels run before the first reply: browsers compile WASM quickly first and well later, function by function,
 * and the first pieces of a prompt take half as long again without this. The cache is empty afterwards.
 */
export async function warmUp(model: TokenModel, signal: AbortSignal): Promise<void> {
  for (const ids of STEPS) {
    model.truncate(0);
    model.forward(ids, { logits: true });
    await yieldToEvents();
    signal.throwIfAborted();
  }
  model.truncate(0);
}
