// node chat.mjs "What is the capital of France?"
import { KernelLanguageModel } from '@runanywhere/llm';
import { ensureModel, FolderModelSource } from '@runanywhere/models/node';

const question = process.argv.slice(2).join(' ') || 'What is the capital of France?';
await ensureModel('smollm2-135m-instruct-q4_1'); // Into the cache, on the first run.
const model = new KernelLanguageModel({ source: new FolderModelSource() });
await model.load();

const startMs = performance.now();
let firstMs = 0;
/** @type {import('@runanywhere/core').ChatMessage[]} */
const messages = [
  { role: 'system', content: 'Answer in one short sentence.' },
  { role: 'user', content: question },
];
for await (const event of model.generate(messages)) {
  if (event.type === 'reply-delta') {
    firstMs ||= performance.now();
    process.stdout.write(event.text);
  } else if (event.type === 'reply-end') {
    const { promptTokens, replyTokens } = event.usage;
    const rate = (1000 * (replyTokens - 1)) / (performance.now() - firstMs);
    console.log(
      `\n\n${promptTokens} tokens read in ${Math.round(firstMs - startMs)} ms, ${replyTokens} answered at ${Math.round(rate)} a second`,
    );
  }
}
await model.dispose();
