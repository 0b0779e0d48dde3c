import { toRunAnywhereError } from '@runanywhere/core';
import {
  type Endpoint,
  type MethodTable,
  PROTOCOL_VERSION,
  type Request,
  type Response,
} from './protocol.ts';

/** What a handler knows of the call it serves. */
export interface HostCall<Chunk> {
  /** Aborted when the caller has given up. */
  readonly signal: AbortSignal;
  /** Sends what comes before the result; what stands in `transfer` is moved instead of copied. */
  readonly chunk: (value: Chunk, transfer?: Transferable[]) => void;
}

/** One handler for each method. */
export type Handlers<Methods extends MethodTable<Methods>> = {
  [Name in keyof Methods]: (
    params: Methods[Name]['params'],
    call: HostCall<Methods[Name]['chunk']>,
  ) => Promise<Methods[Name]['result']>;
};

/**
 * Serves calls inside a worker, each with a signal of its own. Whatever a handler throws reaches the caller as a
 * `RunAnywhereError`.
 *
 * @param name names the worker in errors.
 */
export function serve<Methods extends MethodTable<Methods>>(
  endpoint: Endpoint,
  name: string,
  handlers: Handlers<Methods>,
): void {
  const running = new Map<number, AbortController>();
  const post = (response: Response<Methods>, transfer: Transferable[] = []): void =>
    endpoint.postMessage(response, transfer);

  const answer = async ({
    id,
    method,
    params,
  }: Extract<Request<Methods>, { kind: 'call' }>): Promise<void> => {
    const controller = new AbortController();
    const { signal } = controller;
    running.set(id, controller);
    try {
      const value = await handlers[method](params, {
        signal,
        chunk(value, transfer) {
          if (!signal.aborted) post({ kind: 'chunk', id, value }, transfer);
        },
      });
      post({ kind: 'end', id, value });
    } catch (error) {
      // Also where a chunk or the result could not be cloned.
      post({ kind: 'fail', id, error: toRunAnywhereError(error, name).toWire() });
    } finally {
      running.delete(id);
    }
  };

  endpoint.addEventListener('message', (event) => {
    const request = (event as MessageEvent<Request<Methods>>).data;
    if (request.kind === 'call') {
      void answer(request);
    } else if (request.kind === 'abort') {
      running.get(request.id)?.abort();
    } else {
      post({ kind: 'hello', version: PROTOCOL_VERSION });
    }
  });
  // A request that cannot be read cannot be answered either: without this its caller would wait for ever.
  endpoint.addEventListener('messageerror', () =>
    post({ kind: 'crash', error: toRunAnywhereError(undefined, name).toWire() }),
  );
  endpoint.start?.();
}

/** Where uncaught errors surface: a worker's global scope. */
export interface CrashScope {
  addEventListener(type: 'error' | 'unhandledrejection', listener: (event: Event) => void): void;
}

/**
 * Tells the caller when something inside the worker failed outside of any call. For a rejected promise that nobody
 * handles the browser tells the page nothing at all.
 */
export function forwardCrashes(scope: CrashScope, endpoint: Endpoint, name: string): void {
  const crash = (event: Event, reason: unknown): void => {
    // It is reported typed and without its message, which may quote what was said.
    event.preventDefault();
    const response: Response<Record<never, never>> = {
      kind: 'crash',
      error: toRunAnywhereError(reason, name).toWire(),
    };
    endpoint.postMessage(response, []);
  };
  scope.addEventListener('error', (event) => crash(event, (event as ErrorEvent).error));
  scope.addEventListener('unhandledrejection', (event) =>
    crash(event, (event as PromiseRejectionEvent).reason),
  );
}
