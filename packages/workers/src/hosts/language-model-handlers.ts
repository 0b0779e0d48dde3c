import type { LanguageModel } from '@runanywhere/core';
import type { LanguageModelMethods } from '../methods.ts';
import type { Handlers } from '../rpc/host.ts';
import { hostEngine } from './engine-host.ts';

/** Serves a language model to the page. */
export function languageModelHandlers(
  make: (options: LanguageModelMethods['load']['params']) => LanguageModel,
): Handlers<LanguageModelMethods> {
  const { load, engine } = hostEngine('llm-processor', make);
  return {
    async load(options, call) {
      await load(options, call);
      return engine().runtime;
    },
    async generate({ messages, options }, { signal, chunk }) {
      for await (const event of engine().generate(messages, { ...options, signal })) chunk(event);
      return undefined;
    },
    async warm(messages, { signal }) {
      await engine().warm(messages, { signal });
      return undefined;
    },
    promptTokens: async (messages, { signal }) => engine().promptTokens(messages, { signal }),
  };
}
