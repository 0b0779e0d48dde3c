import {
  type Engine,
  type LanguageModelRuntime,
  type LoadOptions,
  RunAnywhereError,
} from '@runanywhere/core';
import type { EngineLocation, LoadMethods } from './methods.ts';
import { openRpcClient, type RpcClient } from './rpc/client.ts';
import type { Endpoint, MethodTable } from './rpc/protocol.ts';

/** Options of everything that lives in a worker. */
export interface WorkerOptions {
  /** Address of the folder that holds the models, one folder each; relative to the page. */
  modelsUrl: string | URL;
  /**
   * Starts the worker, where the SDK's own way does not fit: from another place (a worker has to come from the page's
   * origin), through a bundler of your own, or a `MessagePort` in a test. Called again after a crash.
   *
   * @defaultValue a module worker from the file beside the SDK's code
   */
  workerFactory?: (() => Endpoint) | undefined;
  /** A worker that has not said hello after this time is given up. @defaultValue 30 000 */
  startTimeoutMs?: number | undefined;
}

/** What a kind of worker is. */
export interface WorkerKind {
  /** Its name in errors and developer tools, and the stem of its file. */
  readonly name: string;
  /** Which model it runs unless told otherwise. */
  readonly modelId: string;
  /** Starts it in the SDK's own way. */
  readonly start: () => Endpoint;
}

/**
 * The half of every worker-backed engine that they share: the worker starts with the first `load()`, and after a crash
 * the next `load()` starts another.
 */
export abstract class WorkerEngine<Methods extends MethodTable<Methods>> implements Engine {
  // Declared only: their initial values would be bytes on every page.
  declare readonly modelId: string;
  /** What runs the model in the worker, where that had a choice; `undefined` until it is loaded. */
  declare runtime: LanguageModelRuntime | undefined;
  readonly #kind: WorkerKind;
  readonly #options: WorkerOptions;
  #client: RpcClient<Methods> | undefined;
  #disposed: RunAnywhereError | undefined;

  constructor(kind: WorkerKind, options: WorkerOptions & { modelId?: string }) {
    this.modelId = options.modelId ?? kind.modelId;
    this.#kind = kind;
    this.#options = options;
  }

  async load({ signal, onProgress }: LoadOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#client?.failure) this.#client = undefined;
    const client = this.connect() as unknown as RpcClient<LoadMethods>;
    this.runtime = await client.call('load', this.params(), { signal, onChunk: onProgress });
  }

  /** Ends the worker at once. Calls in flight reject with `disposed`; calling it again is free. */
  async dispose(): Promise<void> {
    this.#disposed ??= new RunAnywhereError('disposed', { what: this.modelId });
    this.#client?.close(this.#disposed);
  }

  /** @throws {RunAnywhereError} `not-loaded` before the worker was started. */
  protected get client(): RpcClient<Methods> {
    if (this.#client) return this.#client;
    throw this.#disposed ?? new RunAnywhereError('not-loaded', { engine: this.modelId });
  }

  /** The worker, started if there is none. */
  protected connect(): RpcClient<Methods> {
    if (this.#disposed) throw this.#disposed;
    if (this.#client) return this.#client;
    const { name, start } = this.#kind;
    const { workerFactory = start, startTimeoutMs } = this.#options;
    this.#client = openRpcClient<Methods>(workerFactory, name, startTimeoutMs);
    this.started(this.#client);
    return this.#client;
  }

  /** What the worker is told of its engine. */
  protected params(): EngineLocation {
    const { workerFactory, startTimeoutMs, ...options } = this.#options;
    // A Request resolves addresses as `fetch` on this page would; the worker lies elsewhere.
    return { ...options, modelsUrl: new Request(options.modelsUrl).url, modelId: this.modelId };
  }

  /** Called with every worker that was started. */
  protected started(_client: RpcClient<Methods>): void {}
}
