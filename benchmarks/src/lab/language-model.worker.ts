import prompts from '../fixtures/prompts.json';
import { serveCalls } from './calls.ts';
import { type Contestant, type Loaded, messagesOf, type Prompt, type Reply } from './contestants.ts';
import { loadKernelContestant, packedWeightBytes } from './kernel-contestant.ts';
import { loadWllamaContestant } from './wllama-contestant.ts';

const Q4_1 = 'SmolLM2-135M-Instruct.Q4_1.gguf';
const Q8_0 = 'SmolLM2-135M-Instruct.Q8_0.gguf';
const CONTEXT_TOKENS = 2048;
/** Tokens of which every prompt begins, whatever it asks: `<|im_start|>system` and the line's end. */
const SHARED_TOKENS = 3;

const LOADERS: Record<Contestant, () => Promise<Loaded>> = {
  kernel: () => loadKernelContestant(CONTEXT_TOKENS, 'relaxed'),
  'kernel-simd': () => loadKernelContestant(CONTEXT_TOKENS, 'simd'),
  'wllama-q4_1': () => loadWllamaContestant(Q4_1, CONTEXT_TOKENS),
  'wllama-q8_0': () => loadWllamaContestant(Q8_0, CONTEXT_TOKENS),
};

let model: Loaded | undefined;

/** A reply whose prompt is computed from its first token on: another conversation comes in between. */
async function coldReply(tokens: number, maxTokens: number): Promise<Reply> {
  if (!model) throw new Error('nothing is loaded');
  const prompt = (prompts.prompts as readonly Prompt[]).find((candidate) => candidate.tokens === tokens);
  if (!prompt) throw new RangeError(`there is no prompt of ${tokens} tokens`);
  await model.reply(messagesOf({ system: 'Say nothing.', user: 'Hi.' }), 1);
  const reply = await model.reply(messagesOf(prompt), maxTokens);
  if (reply.promptTokens !== tokens)
    throw new Error(`the prompt became ${reply.promptTokens} tokens instead of ${tokens}`);
  if (reply.cachedTokens > SHARED_TOKENS) throw new Error(`${reply.cachedTokens} tokens were known before`);
  return reply;
}

/** How fast one thread reads memory, in bytes a second: the best of several passes over 160 MiB. */
async function readBound(): Promise<number> {
  const response = await fetch('/read-bound.wasm');
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), {});
  const { fill, readAll } = instance.exports as Record<string, (bytes: number) => number>;
  if (!fill || !readAll) throw new Error('the probe lacks its functions');
  const bytes = 160 * 1024 * 1024;
  fill(bytes);
  let bestMs = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < 12; pass++) {
    const startMs = performance.now();
    readAll(bytes);
    bestMs = Math.min(bestMs, performance.now() - startMs);
  }
  return (bytes * 1000) / bestMs;
}

serveCalls({
  load: async (contestant: Contestant) => {
    model = await LOADERS[contestant]();
  },
  coldReply,
  readBound,
  packedWeightBytes: () => packedWeightBytes(Q4_1),
});
