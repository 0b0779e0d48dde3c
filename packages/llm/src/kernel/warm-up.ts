import { PREFILL_TOKENS } from '../generation/read-prompt.ts';
import type { TokenModel } from '../generation/token-model.ts';
import { yieldToEvents } from '../generation/yield-to-events.ts';

/** Longer than this, a load does not wait for the compiler. */
const BUDGET_MS = 250;

/** Tokens one by one until the compiler has seen enough of them. */
const SINGLE_TOKENS = 12;

/**
 * Lets the kernels run before the first reply: browsers compile WASM quickly first and well later, function by function,
 * and a first reply without this runs at about half the speed. The cache is empty afterwards.
 */
export async function warmUp(model: TokenModel, signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + BUDGET_MS;
  const prompt = Array.from({ length: PREFILL_TOKENS }, (_, at) => at);
  const steps = [
    prompt.slice(0, 8),
    ...Array.from({ length: SINGLE_TOKENS }, () => [1]),
    prompt.slice(0, 32),
  ];
  for (const ids of steps) {
    model.truncate(0);
    model.forward(ids, { logits: ids.length === 1 });
    await yieldToEvents();
    signal.throwIfAborted();
    if (performance.now() > endMs) break;
  }
  model.truncate(0);
}
