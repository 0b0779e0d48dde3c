import { type Engine, RunAnywhereError } from '@runanywhere/core';
import type { LoadMethods } from '../methods.ts';
import type { Handlers } from '../rpc/host.ts';

/** The engine of one worker, made when it is first loaded. */
export interface EngineHost<Model extends Engine, Options> {
  readonly load: Handlers<LoadMethods<Options>>['load'];
  /** @throws {RunAnywhereError} `not-loaded` before the first load. */
  readonly engine: () => Model;
}

/** @param make gets what the page sent with the load. */
export function hostEngine<Model extends Engine, Options>(
  name: string,
  make: (options: LoadMethods<Options>['load']['params']) => Model,
): EngineHost<Model, Options> {
  let engine: Model | undefined;
  return {
    async load(options, { signal, chunk }) {
      engine ??= make(options);
      await engine.load({ signal, onProgress: (progress) => chunk(progress) });
      return undefined;
    },
    engine() {
      if (engine) return engine;
      throw new RunAnywhereError('not-loaded', { engine: name });
    },
  };
}
