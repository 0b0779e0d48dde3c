import { type Clock, RunAnywhereError, toRunAnywhereError } from '@runanywhere/core';

/** Settles as `promise` does, or rejects with the signal's reason as soon as that aborts, whatever the promise does then. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    const settled = (): void => signal.removeEventListener('abort', abort);
    promise.then(resolve, reject).then(settled, settled);
  });
}

/** How patient {@link guardedStream} is, and with what. */
export interface StreamGuard {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** How long the stream may say nothing before it counts as dead, in milliseconds. */
  readonly stallMs: number;
  /** Whose stream it is, for its errors. */
  readonly engine: string;
}

/**
 * An engine's stream that cannot hold up its reader: it ends at once when the signal aborts, also if the engine does not
 * listen to its signal, and when nothing comes for `stallMs`. However it ends early, the engine's own signal is aborted.
 *
 * @throws {RunAnywhereError} `timeout`; what the engine throws, typed; the signal's own reason.
 */
export async function* guardedStream<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  { signal, clock, stallMs, engine }: StreamGuard,
): AsyncGenerator<T, void, undefined> {
  signal.throwIfAborted();
  const inner = new AbortController();
  const forward = (): void => inner.abort(signal.reason);
  signal.addEventListener('abort', forward, { once: true });
  const iterator = open(inner.signal)[Symbol.asyncIterator]();
  let finished = false;
  try {
    for (;;) {
      const stall = clock.schedule(
        () => inner.abort(new RunAnywhereError('timeout', { operation: engine, timeoutMs: stallMs })),
        stallMs,
      );
      const next = await orAborted(iterator.next(), inner.signal).finally(stall);
      inner.signal.throwIfAborted();
      if (next.done) {
        finished = true;
        return;
      }
      yield next.value;
    }
  } catch (error) {
    finished = !inner.signal.aborted;
    throw inner.signal.aborted ? error : toRunAnywhereError(error, engine);
  } finally {
    signal.removeEventListener('abort', forward);
    if (!finished) {
      inner.abort();
      // Told, not waited for; its failure on being told to stop says nothing new.
      iterator.return?.().catch(() => undefined);
    }
  }
}
