import type { WireError } from '@runanywhere/core';

/** Goes up whenever a message changes its shape. Page and worker say it to each other first. */
export const PROTOCOL_VERSION = 1;

/** One row per method: what goes in, what streams back, what it ends with. */
export type MethodTable<Methods> = {
  [Name in keyof Methods]: { params: unknown; chunk: unknown; result: unknown };
};

/** Page to worker. The first message is `hello`. */
export type Request<Methods extends MethodTable<Methods>> =
  | { readonly kind: 'hello'; readonly version: number }
  | {
      [Name in keyof Methods]: {
        readonly kind: 'call';
        readonly id: number;
        readonly method: Name;
        readonly params: Methods[Name]['params'];
      };
    }[keyof Methods]
  | { readonly kind: 'abort'; readonly id: number };

/**
 * Worker to page. A call gets any number of `chunk`, then exactly one `end` or `fail`; one that was aborted gets no
 * further `chunk`. After `crash` nothing comes any more.
 */
export type Response<Methods extends MethodTable<Methods>> =
  | { readonly kind: 'hello'; readonly version: number }
  | { readonly kind: 'chunk'; readonly id: number; readonly value: Methods[keyof Methods]['chunk'] }
  | { readonly kind: 'end'; readonly id: number; readonly value: Methods[keyof Methods]['result'] }
  | { readonly kind: 'fail'; readonly id: number; readonly error: WireError }
  | { readonly kind: 'crash'; readonly error: WireError };

/** What `Worker`, `MessagePort` and a worker's global scope have in common, so that a test can pass a real port. */
export interface Endpoint {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message' | 'messageerror' | 'error', listener: (event: Event) => void): void;
  /** Only a `MessagePort` has it, and wants it called. */
  start?(): void;
  /** Only a `Worker` has it. */
  terminate?(): void;
  /** Only a `MessagePort` and a worker's scope have it. */
  close?(): void;
}
