import type { ChatMessage } from '@runanywhere/core';
import { type RawCompletionChunk, Wllama } from '@wllama/wllama/esm/index.js';
import { ENDS, type Loaded, timed } from './contestants.ts';
import { digestPieces, storedFile } from './opfs-source.ts';

/** It keeps the prompts of several conversations and would know one again. wllama's types know neither option so. */
const UNTYPED_OPTIONS: object = {
  cache_prompt: false,
  logit_bias: Object.fromEntries(ENDS.map((token) => [token, -1000])),
};

/** wllama as published, on a file from the origin private file system that is digested first, as ours is. */
export async function loadWllamaContestant(fileName: string, contextTokens: number): Promise<Loaded> {
  const file = await storedFile(fileName);
  await digestPieces(file);
  const wllama = new Wllama(
    { default: new URL('/models/wllama-3.8.1/wllama.wasm', location.origin).href },
    { suppressNativeLog: true },
  );
  wllama.setCompat(null); // Otherwise browsers without JSPI fetch code from elsewhere.
  await wllama.loadModel([file], { n_ctx: contextTokens, n_threads: 1, n_gpu_layers: 0, n_parallel: 1 });
  return {
    reply: (messages, maxTokens) =>
      timed(async (onText) => {
        let last: RawCompletionChunk | undefined;
        await wllama.createCompletion({
          ...UNTYPED_OPTIONS,
          prompt: promptOf(messages),
          stream: true,
          max_tokens: maxTokens,
          temperature: 0,
          onData: (chunk) => {
            last = chunk;
            const text = chunk.choices[0]?.text;
            if (text) onText(text);
          },
        });
        if (!last?.usage) throw new Error('the reply had no end');
        const { prompt_tokens, completion_tokens, prompt_tokens_details } = last.usage;
        return {
          promptTokens: prompt_tokens,
          cachedTokens: prompt_tokens_details?.cached_tokens ?? 0,
          replyTokens: completion_tokens,
        };
      }),
  };
}

/** SmolLM2's chat template; that both sides are given the same tokens is checked by their number. */
function promptOf(messages: readonly ChatMessage[]): string {
  const parts = messages.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`);
  return `${parts.join('')}<|im_start|>assistant\n`;
}
