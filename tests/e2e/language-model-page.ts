import type { LanguageModel } from '@runanywhere/core';
import { GgufLanguageModel } from '@runanywhere/llm';
import { HttpModelSource } from '@runanywhere/models';

/** What this page holds for the test that opens it. */
export interface LanguageModelPage {
  languageModel: Promise<LanguageModel>;
}

async function load(): Promise<LanguageModel> {
  const model = new GgufLanguageModel({ source: new HttpModelSource({ baseUrl: '/models/' }) });
  await model.load();
  return model;
}

Object.assign(globalThis, { languageModel: load() } satisfies LanguageModelPage);
