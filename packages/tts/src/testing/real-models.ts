import type { ModelSource } from '@runanywhere/core';
import { ensureModel, FolderModelSource } from '@runanywhere/models/node';
import { ONNX_RUNTIME_ID } from '@runanywhere/onnx';
import { vi } from 'vitest';
import { readEnglishData } from '../english/english-data.ts';
import { type EnglishData, EnglishFrontEnd } from '../english/english-front-end.ts';
import { NeuralSpellingModel } from '../neural-voice/spelling-model.ts';

// Reading and compiling the models takes seconds where many tests share few cores.
vi.setConfig({ hookTimeout: 60_000 });

/** The model id that the tests of this package use. */
export const VOICE_ID = 'hibari';

let source: Promise<ModelSource> | undefined;
let data: Promise<EnglishData> | undefined;
let frontEnd: Promise<EnglishFrontEnd> | undefined;

/** The real model files, fetched into the shared cache when they are not there. */
export function realSource(): Promise<ModelSource> {
  source ??= (async () => {
    await Promise.all([ensureModel(VOICE_ID), ensureModel(ONNX_RUNTIME_ID)]);
    return new FolderModelSource();
  })();
  return source;
}

/** The real dictionaries, tagger and tables. */
export function realEnglishData(): Promise<EnglishData> {
  data ??= (async () => readEnglishData(await realSource(), VOICE_ID))();
  return data;
}

/** The whole front end with the real network for unknown words. */
export function realFrontEnd(): Promise<EnglishFrontEnd> {
  frontEnd ??= (async () => {
    const spelling = await NeuralSpellingModel.open(await realSource(), VOICE_ID);
    return new EnglishFrontEnd(await realEnglishData(), { spelling: (word) => spelling.read(word) });
  })();
  return frontEnd;
}
