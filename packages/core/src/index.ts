export { type AudioClip, clipDurationMs } from './audio-clip.ts';
export { type Clock, systemClock } from './clock.ts';
export { Emitter } from './emitter.ts';
export {
  type CallOptions,
  type Engine,
  type Languages,
  type LoadOptions,
  type LoadProgress,
  speaksLanguage,
} from './engine.ts';
export { EngineLifecycle, type EngineLifecycleOptions } from './engine-lifecycle.ts';
export {
  type ErrorCode,
  type ErrorDetails,
  isRunAnywhereError,
  RunAnywhereError,
  toRunAnywhereError,
  type WireError,
} from './errors.ts';
export type {
  ChatMessage,
  GenerateEvent,
  GenerateOptions,
  JsonSchema,
  LanguageModel,
  LanguageModelCapabilities,
  LanguageModelRuntime,
  ReplyTokenLogProb,
  TokenLogProb,
  TokenUsage,
} from './language-model.ts';
export {
  MODEL_CHUNK_BYTES,
  type ModelFile,
  type ModelManifest,
  type ModelRole,
  type ModelSource,
} from './model-source.ts';
export type { SpeechInput, SpeechInputEvents } from './speech-input.ts';
export type { SpeechOutput, SpeechOutputEvents } from './speech-output.ts';
export type {
  SynthesisEvent,
  SynthesizeOptions,
  Synthesizer,
  SynthesizerCapabilities,
} from './synthesizer.ts';
export { type Stage, type StageEvent, silentTelemetry, type TelemetrySink } from './telemetry.ts';
export type { Transcriber, TranscriberCapabilities, TranscriptEvent } from './transcriber.ts';
export type { TurnDetector, TurnPrediction } from './turn-detector.ts';
export type { VoiceActivityDetector } from './voice-activity-detector.ts';
