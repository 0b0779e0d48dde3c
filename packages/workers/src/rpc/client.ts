import { RunAnywhereError, toRunAnywhereError } from '@runanywhere/core';
import {
  type Endpoint,
  type MethodTable,
  PROTOCOL_VERSION,
  type Request,
  type Response,
} from './protocol.ts';

/** How a call is made. */
export interface CallInit<Chunk> {
  /** Moved to the far side instead of copied; empty on this side afterwards. */
  transfer?: Transferable[];
  /** Gets what comes before the result, in order. */
  onChunk?: ((value: Chunk) => void) | undefined;
  /** Aborting rejects the call at once with the signal's own reason, and aborts the far side's signal. */
  signal?: AbortSignal | undefined;
}

/** Calls methods on the far side of an endpoint. */
export interface RpcClient<Methods extends MethodTable<Methods>> {
  /** Why the far side is of no use any more; `undefined` while it is. */
  readonly failure: RunAnywhereError | undefined;
  /** One call with one answer. */
  call<Name extends keyof Methods>(
    method: Name,
    params: Methods[Name]['params'],
    init?: CallInit<Methods[Name]['chunk']>,
  ): Promise<Methods[Name]['result']>;
  /** One call with many answers. It begins when it is iterated; leaving the loop early aborts it. */
  stream<Name extends keyof Methods>(
    method: Name,
    params: Methods[Name]['params'],
    init?: Pick<CallInit<unknown>, 'signal' | 'transfer'>,
  ): AsyncGenerator<Methods[Name]['chunk'], void, undefined>;
  /** Ends the far side. Calls in flight reject with `error`, later ones too. */
  close(error: RunAnywhereError): void;
}

/** Who waits for the answers to a call. */
interface Answers {
  chunk: ((value: never) => void) | undefined;
  end(value: unknown): void;
  fail(error: unknown): void;
}

interface PendingCall extends Answers {
  forget(): void;
}

/** What arrived for the reader of a stream; the function throws where the call failed. */
type Arrival = () => { value?: unknown; done?: boolean };

/**
 * Starts the far side and makes its client. Calls may be made at once: they wait in the endpoint until the far side has started.
 * Once it has failed it stays failed, and every call says so. (A function and not a class: its variables have no
 * names in a minified bundle, and every page loads this.)
 *
 * @param name names the far side in errors, for example `'llm-processor'`.
 * @param startTimeoutMs the far side must have said hello by then.
 * @throws {RunAnywhereError} `worker-unavailable` when `start` throws.
 */
export function openRpcClient<Methods extends MethodTable<Methods>>(
  start: () => Endpoint,
  name: string,
  startTimeoutMs = 30_000,
): RpcClient<Methods> {
  const pending = new Map<number, PendingCall>();
  let greeted = false;
  let failure: RunAnywhereError | undefined;
  let nextId = 1;

  const unavailable = (cause: unknown): RunAnywhereError =>
    new RunAnywhereError('worker-unavailable', { worker: name, url: addressIn(start) ?? name }, { cause });

  let endpoint: Endpoint;
  try {
    endpoint = start();
  } catch (cause) {
    throw unavailable(cause); // A SecurityError: another origin, or a Content-Security-Policy.
  }

  const post = (message: Request<Methods>, transfer: Transferable[] = []): void =>
    endpoint.postMessage(message, transfer);

  const close = (error: RunAnywhereError): void => {
    if (failure) return;
    failure = error;
    clearTimeout(startTimer);
    endpoint.terminate?.();
    endpoint.close?.();
    for (const call of pending.values()) {
      call.forget();
      call.fail(error);
    }
  };

  const lose = (cause?: unknown): void =>
    close(greeted ? new RunAnywhereError('worker-crashed', { worker: name }, { cause }) : unavailable(cause));

  /**
   * Sends a call, or throws why it cannot. Returns the function that gives the call up without an answer; after one it
   * does nothing.
   */
  const open = (
    method: keyof Methods,
    params: unknown,
    { signal, transfer }: Pick<CallInit<unknown>, 'signal' | 'transfer'>,
    call: Answers,
  ): (() => void) => {
    signal?.throwIfAborted();
    if (failure) throw failure;
    const id = nextId++;
    const forget = (): boolean => {
      signal?.removeEventListener('abort', abort);
      return pending.delete(id);
    };
    const leave = (): void => {
      if (forget()) post({ kind: 'abort', id });
    };
    const abort = (): void => {
      leave();
      call.fail(signal?.reason);
    };
    signal?.addEventListener('abort', abort);
    pending.set(id, { ...call, forget });
    try {
      post({ kind: 'call', id, method, params } as Request<Methods>, transfer);
    } catch (error) {
      forget(); // A DataCloneError: nothing was sent.
      throw toRunAnywhereError(error, name);
    }
    return leave;
  };

  endpoint.addEventListener('message', (event) => {
    const response = (event as MessageEvent<Response<Methods>>).data;
    if (response.kind === 'hello') {
      greeted = true;
      clearTimeout(startTimer);
      const actual = response.version;
      const expected = PROTOCOL_VERSION;
      if (actual !== expected)
        close(new RunAnywhereError('protocol-mismatch', { worker: name, expected, actual }));
    } else if (response.kind === 'crash') {
      lose(RunAnywhereError.fromWire(response.error));
    } else {
      const call = pending.get(response.id);
      if (!call) return; // It was given up: the answer came too late to matter.
      if (response.kind !== 'chunk') call.forget();
      if (response.kind === 'fail') call.fail(RunAnywhereError.fromWire(response.error));
      else call[response.kind]?.(response.value as never);
    }
  });
  const crash = (event: Event): void => {
    event.preventDefault(); // Whoever calls hears of it: the browser need not report it to the page as well.
    lose();
  };
  endpoint.addEventListener('error', crash);
  endpoint.addEventListener('messageerror', crash);
  endpoint.start?.();
  const startTimer = setTimeout(lose, startTimeoutMs);
  post({ kind: 'hello', version: PROTOCOL_VERSION });

  return {
    get failure() {
      return failure;
    },
    close,
    call: (method, params, init = {}) =>
      new Promise<unknown>((end, fail) => {
        open(method, params, init, { chunk: init.onChunk, end, fail });
      }),
    async *stream(method, params, init = {}) {
      const arrived: Arrival[] = [];
      let wake: (() => void) | undefined;
      const arrive = (item: Arrival): void => {
        arrived.push(item);
        wake?.();
      };
      const leave = open(method, params, init, {
        chunk: (value: unknown) => arrive(() => ({ value })),
        end: () => arrive(() => ({ done: true })),
        fail: (error) =>
          arrive(() => {
            throw error;
          }),
      });
      try {
        while (true) {
          // What has arrived but was not read counts when the far side fails, and no more once this side gives up.
          init.signal?.throwIfAborted();
          if (failure) throw failure;
          const item = arrived.shift()?.();
          if (item?.done) return;
          if (item) yield item.value as Awaited<Methods[typeof method]['chunk']>;
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        leave();
      }
    },
  };
}

/**
 * A `Worker` does not tell its address, nor does its error, and bundlers want it written inside `new Worker()`. They leave
 * it readable there, so that is where it is read; it serves a message and nothing else.
 */
function addressIn(start: () => Endpoint): string | undefined {
  return /[^"'`]*\.worker[^"'`]*/.exec(String(start))?.[0];
}
