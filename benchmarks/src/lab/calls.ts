/** What a worker answers, by name. */
export type Methods = Record<string, (...args: never[]) => unknown>;

/** A call on its way to a worker. */
interface Call {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What comes back. */
interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: string;
}

/** Answers calls in a worker. */
export function serveCalls(methods: Methods): void {
  addEventListener('message', async ({ data }: MessageEvent<Call>) => {
    const { id, name, args } = data;
    const answer: Answer = await Promise.resolve()
      .then(() => methods[name]?.(...(args as never[])))
      .then(
        (value) => ({ id, value }),
        (error: unknown) => ({
          id,
          failure: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
      );
    postMessage(answer);
  });
}

/** Calls a worker. */
export class Calls {
  readonly #worker: Worker;
  readonly #open = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  #next = 0;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const call = this.#open.get(data.id);
      this.#open.delete(data.id);
      if (data.failure === undefined) call?.resolve(data.value as never);
      else call?.reject(new Error(data.failure));
    };
    worker.onerror = ({ message }) => {
      for (const { reject } of this.#open.values()) reject(new Error(message));
      this.#open.clear();
    };
  }

  call<Value>(name: string, ...args: readonly unknown[]): Promise<Value> {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#open.set(id, { resolve, reject });
      this.#worker.postMessage({ id, name, args } satisfies Call);
    });
  }

  end(): void {
    this.#worker.terminate();
  }
}
