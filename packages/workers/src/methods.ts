import type { SegmenterOptions, UtteranceDetectorEvents } from '@runanywhere/audio';
import type {
  AudioClip,
  ChatMessage,
  GenerateEvent,
  GenerateOptions,
  LanguageModelRuntime,
  LoadProgress,
  SynthesisEvent,
  SynthesizeOptions,
  TranscriptEvent,
  WireError,
} from '@runanywhere/core';

// What each worker can be asked. Only types: page and worker both import this file and share no code by it.

/** What every engine's worker is told when it loads. */
export interface EngineLocation {
  /** Absolute address of the models folder. */
  readonly modelsUrl: string;
  readonly modelId: string;
}

/** What every worker answers. `Options` are those of its engine; the result is what runs it, where it had a choice. */
export interface LoadMethods<Options = unknown> {
  load: { params: EngineLocation & Options; chunk: LoadProgress; result: LanguageModelRuntime | undefined };
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
  /** What runs it: `'auto'` is the SDK's own kernels where they know the model, else wllama. @defaultValue `'auto'` */
  runtime?: 'auto' | 'kernel' | 'wllama';
  /** How the kernels keep keys and values of the conversation; 8 bits take a quarter of the memory. @defaultValue `'float32'` */
  kvCache?: 'float32' | 'int8';
  /** wllama's; more than one needs a cross-origin isolated page, and is one elsewhere. @defaultValue 1 */
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

/** How the audio worker finds utterances. */
export interface AudioProcessorOptions {
  /** How speech probabilities become utterances. */
  segmenter?: Partial<SegmenterOptions>;
  /** How much sound waits at most while the detector loads; beyond, the oldest is dropped. @defaultValue 300 000 */
  maxBacklogMs?: number;
  /** After so much digital silence in one stretch, `digital-silence` is told. @defaultValue 10 000 */
  silenceNoticeMs?: number;
}

/** One event of the audio worker as it travels. */
export type AudioProcessorMessage = {
  [Name in keyof UtteranceDetectorEvents]: {
    readonly name: Name;
    readonly event: Name extends 'error' ? WireError : UtteranceDetectorEvents[Name];
  };
}[keyof UtteranceDetectorEvents];

/** The audio worker. */
export interface AudioProcessorMethods extends LoadMethods<AudioProcessorOptions> {
  /** The first call. It never ends: everything that happens from now on. */
  listen: { params: EngineLocation & AudioProcessorOptions; chunk: AudioProcessorMessage; result: undefined };
  /** Hears what a capture worklet sends to the other end of the port. */
  capture: { params: MessagePort; chunk: never; result: undefined };
  /** Ends the utterance in progress; answers when everything that was captured has been heard. */
  flush: { params: undefined; chunk: never; result: undefined };
}
