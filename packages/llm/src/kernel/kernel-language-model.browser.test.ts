import type { ChatMessage } from '@runanywhere/core';
import { describeLanguageModel } from '@runanywhere/core/testing';
import { expect, test } from 'vitest';
import { ServedModelSource } from '../fixtures/served-model-source.ts';
import { KernelLanguageModel } from './kernel-language-model.ts';

const source = new ServedModelSource();

describeLanguageModel(() => new KernelLanguageModel({ source }));

test('answers with relaxed SIMD, and starts no worker', async () => {
  const RealWorker = globalThis.Worker;
  let workers = 0;
  globalThis.Worker = class extends RealWorker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      workers += 1;
    }
  };
  const model = new KernelLanguageModel({ source });
  const startMs = performance.now();
  await model.load();
  const loadedMs = performance.now();
  expect(model.runtime?.reason).toContain('relaxed');
  const messages: ChatMessage[] = [
    { role: 'system', content: 'You are a voice assistant. Answer in one short sentence.' },
    { role: 'user', content: 'What is the capital of France?' },
  ];
  let text = '';
  const told: number[] = [];
  const askedMs = performance.now();
  for await (const event of model.generate(messages)) {
    if (event.type === 'reply-end') text = event.text;
    else told.push(performance.now());
  }
  expect(text).toBe('The capital of France is Paris.');
  expect(workers).toBe(0);
  const [firstMs = 0] = told;
  const decodeMs = ((told.at(-1) ?? 0) - firstMs) / (told.length - 1);
  console.info(
    `[llm] kernels in the browser: load ${Math.round(loadedMs - startMs)} ms, first token of 33 after ${Math.round(firstMs - askedMs)} ms, then ${decodeMs.toFixed(1)} ms a token`,
  );
  await model.dispose();
  globalThis.Worker = RealWorker;
});
