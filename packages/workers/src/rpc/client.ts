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
  onChunk?: (value: Chunk) => void;
  /** Aborting rejects the call at once with the signal's own reason, and aborts the far side's signal. */
  signal?: AbortSignal | undefined;
}

/** What a client is told about the far side. */
export interface RpcClientOptions {
  /** Names the far side in errors, for example `'llm-processor'`. */
  name: string;
  /** Where the far side's script comes from, for `worker-unavailable`. Asked only when that happens. */
  url: () => string;
  /** The far side must have said hello by then. @defaultValue 30 000 */
  startTimeoutMs?: number | undefined;
}

interface PendingCall {
  chunk(value: unknown): void;
  end(value: unknown): void;
  fail(error: unknown): void;
}

/**
 * Calls methods on the far side of an endpoint and matches the answers to the calls. Calls may be made at once: they
 * wait in the endpoint until the far side has started. Once it has failed it stays failed, and every call says so.
 */
export class RpcClient<Methods extends MethodTable<Methods>> {
  readonly #endpoint: Endpoint;
  readonly #pending = new Map<number, PendingCall>();
  readonly #startTimer: ReturnType<typeof setTimeout>;
  #greeted = false;
  #failure: RunAnywhereError | undefined;
  #nextId = 1;

  constructor(endpoint: Endpoint, { name, url, startTimeoutMs = 30_000 }: RpcClientOptions) {
    this.#endpoint = endpoint;
    const lost = (cause?: unknown): void =>
      this.close(
        this.#greeted
          ? new RunAnywhereError('worker-crashed', { worker: name }, { cause })
          : new RunAnywhereError('worker-unavailable', { worker: name, url: url() }, { cause }),
      );
    endpoint.addEventListener('message', (event) => {
      const response = (event as MessageEvent<Response<Methods>>).data;
      if (response.kind === 'crash') return lost(RunAnywhereError.fromWire(response.error));
      if (response.kind !== 'hello') return this.#receive(response);
      this.#greeted = true;
      clearTimeout(this.#startTimer);
      const { version: actual } = response;
      if (actual !== PROTOCOL_VERSION) {
        const expected = PROTOCOL_VERSION;
        this.close(new RunAnywhereError('protocol-mismatch', { worker: name, expected, actual }));
      }
    });
    endpoint.addEventListener('error', (event) => {
      // Whoever calls hears of it; without this the browser would report it to the page as well.
      event.preventDefault();
      lost();
    });
    endpoint.addEventListener('messageerror', () => lost());
    endpoint.start?.();
    this.#startTimer = setTimeout(lost, startTimeoutMs);
    this.#post({ kind: 'hello', version: PROTOCOL_VERSION, timeOriginMs: performance.timeOrigin });
  }

  /** Why the far side is of no use any more; `undefined` while it is. */
  get failure(): RunAnywhereError | undefined {
    return this.#failure;
  }

  /** One call with one answer. */
  call<Name extends keyof Methods>(
    method: Name,
    params: Methods[Name]['params'],
    init: CallInit<Methods[Name]['chunk']> = {},
  ): Promise<Methods[Name]['result']> {
    return new Promise<unknown>((end, fail) => {
      this.#open(method, params, init, { chunk: (value) => init.onChunk?.(value), end, fail });
    });
  }

  /** One call with many answers. It begins when it is iterated; leaving the loop early aborts it. */
  async *stream<Name extends keyof Methods>(
    method: Name,
    params: Methods[Name]['params'],
    init: Pick<CallInit<unknown>, 'signal' | 'transfer'> = {},
  ): AsyncGenerator<Methods[Name]['chunk'], void, undefined> {
    const chunks: unknown[] = [];
    let settled: (() => void) | undefined;
    let wake = (): void => undefined;
    const settle = (how: () => void): void => {
      settled = how;
      wake();
    };
    const leave = this.#open(method, params, init, {
      chunk(value) {
        chunks.push(value);
        wake();
      },
      end: () => settle(() => undefined),
      fail: (error) =>
        settle(() => {
          throw error;
        }),
    });
    try {
      while (true) {
        // What has arrived but was not read counts when the far side fails, and no more once this side gives up.
        init.signal?.throwIfAborted();
        if (this.#failure) throw this.#failure;
        if (chunks.length > 0) yield chunks.shift() as Awaited<Methods[Name]['chunk']>;
        else if (settled) return settled();
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      leave();
    }
  }

  /** Ends the far side. Calls in flight reject with `error`, later ones too. */
  close(error: RunAnywhereError): void {
    if (this.#failure) return;
    this.#failure = error;
    clearTimeout(this.#startTimer);
    this.#endpoint.terminate?.();
    this.#endpoint.close?.();
    for (const call of [...this.#pending.values()]) call.fail(error);
  }

  /** Sends a call. Returns the function that gives it up without an answer; after one it does nothing. */
  #open<Name extends keyof Methods>(
    method: Name,
    params: Methods[Name]['params'],
    { signal, transfer }: Pick<CallInit<unknown>, 'signal' | 'transfer'>,
    call: PendingCall,
  ): () => void {
    const id = this.#nextId++;
    const forget = (): boolean => {
      signal?.removeEventListener('abort', abort);
      return this.#pending.delete(id);
    };
    const leave = (): void => {
      if (forget()) this.#post({ kind: 'abort', id });
    };
    const abort = (): void => {
      leave();
      call.fail(signal?.reason);
    };
    const once =
      (settle: (value: unknown) => void) =>
      (value: unknown): void => {
        forget();
        settle(value);
      };
    const fail = once(call.fail);
    if (signal?.aborted) {
      fail(signal.reason);
    } else if (this.#failure) {
      fail(this.#failure);
    } else {
      signal?.addEventListener('abort', abort);
      this.#pending.set(id, { chunk: call.chunk, end: once(call.end), fail });
      try {
        this.#post({ kind: 'call', id, method, params } as Request<Methods>, transfer);
      } catch (error) {
        // A DataCloneError: nothing was sent.
        fail(toRunAnywhereError(error, 'postMessage'));
      }
    }
    return leave;
  }

  #receive(response: Extract<Response<Methods>, { id: number }>): void {
    const call = this.#pending.get(response.id);
    if (!call) return; // Given up meanwhile: the answer came too late to matter.
    if (response.kind === 'chunk') call.chunk(response.value);
    else if (response.kind === 'end') call.end(response.value);
    else call.fail(RunAnywhereError.fromWire(response.error));
  }

  #post(message: Request<Methods>, transfer: Transferable[] = []): void {
    this.#endpoint.postMessage(message, transfer);
  }
}
