import { type CrashScope, forwardCrashes, type Handlers, serve } from '../rpc/host.ts';
import type { Endpoint, MethodTable } from '../rpc/protocol.ts';

/** Serves the page that started this worker, and tells it when something fails outside of a call. */
export function serveWorker<Methods extends MethodTable<Methods>>(
  name: string,
  handlers: Handlers<Methods>,
): void {
  const scope = globalThis as unknown as Endpoint & CrashScope;
  forwardCrashes(scope, scope, name);
  serve(scope, name, handlers);
}
