import { isRunAnywhereError } from '@runanywhere/core';
import { turnWaterfall } from '@runanywhere/voice';
import { createVoiceSession } from '@runanywhere/voice/browser';
import { WorkerLanguageModel, WorkerSynthesizer, WorkerTranscriber } from '@runanywhere/workers';

/** What this page gives to whoever drives it: `npm start` and the end-to-end tests. */
export interface BarePage {
  createVoiceSession: typeof createVoiceSession;
  isRunAnywhereError: typeof isRunAnywhereError;
  turnWaterfall: typeof turnWaterfall;
  WorkerLanguageModel: typeof WorkerLanguageModel;
  WorkerSynthesizer: typeof WorkerSynthesizer;
  WorkerTranscriber: typeof WorkerTranscriber;
}

declare global {
  var runanywhere: BarePage;
}

globalThis.runanywhere = {
  createVoiceSession,
  isRunAnywhereError,
  turnWaterfall,
  WorkerLanguageModel,
  WorkerSynthesizer,
  WorkerTranscriber,
};
