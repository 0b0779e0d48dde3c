import type {
  AudioClip,
  ChatMessage,
  GenerateEvent,
  GenerateOptions,
  LoadProgress,
  SynthesisEvent,
  SynthesizeOptions,
  TranscriptEvent,
} from '@runanywhere/core';

// What each worker can be asked. Only types: page and worker both import this file and share no code by it.

/** What every engine's worker is told when it loads. */
export interface EngineLocation {
  /** Absolute address of the models folder. */
  readonly modelsUrl: string;
  readonly modelId: string;
}

/** What every worker answers. `Options` are those of its engine. */
export interface LoadMethods<Options = unknown> {
  load: { params: EngineLocation & Options; chunk: LoadProgress; result: undefined };
}

/** The transcription worker. */
export interface TranscriptionMethods extends LoadMethods {
  transcribe: { params: AudioClip; chunk: TranscriptEvent; result: undefined };
}

/** Options of the language model that the worker runs. */
export interface LanguageModelOptions {
  /** The GGUF file in the model's folder. @defaultValue `'SmolLM2-135M-Instruct.Q4_1.gguf'` */
  fileName?: string;
  /** What the model answers in. @defaultValue `['en']` */
  languages?: readonly string[] | 'any';
  /** Tokens that prompt and reply may have together. Memory grows with it. @defaultValue 2048 */
  contextTokens?: number;
  /** More than one needs a cross-origin isolated page, and is one elsewhere. @defaultValue 1 */
  threads?: number;
}

/** The language model's worker. */
export interface LanguageModelMethods extends LoadMethods<LanguageModelOptions> {
  generate: {
    params: { messages: readonly ChatMessage[]; options: Omit<GenerateOptions, 'signal'> };
    chunk: GenerateEvent;
    result: undefined;
  };
  warm: { params: readonly ChatMessage[]; chunk: never; result: undefined };
  promptTokens: { params: readonly ChatMessage[]; chunk: never; result: readonly number[] };
}

/** The speech worker. */
export interface SpeechMethods extends LoadMethods {
  synthesize: {
    params: { text: string; options: Omit<SynthesizeOptions, 'signal'> };
    chunk: SynthesisEvent;
    result: undefined;
  };
}
