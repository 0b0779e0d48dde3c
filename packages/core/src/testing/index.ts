export {
  describeLanguageModel,
  describeModelSource,
  describeSynthesizer,
  describeTelemetrySink,
  describeTranscriber,
  describeTurnDetector,
  describeVoiceActivityDetector,
  type Make,
} from './conformance.ts';
export { MemoryModelSource } from './memory-model-source.ts';
export { RecordingTelemetry } from './recording-telemetry.ts';
export { ScriptedEngine, type ScriptedEngineOptions } from './scripted-engine.ts';
export {
  ScriptedLanguageModel,
  type ScriptedLanguageModelOptions,
  ScriptedSynthesizer,
  type ScriptedSynthesizerOptions,
  ScriptedTranscriber,
  type ScriptedTranscriberOptions,
  ScriptedTurnDetector,
  ScriptedVoiceActivityDetector,
} from './scripted-engines.ts';
export { ScriptedSpeechInput, type ScriptedSpeechInputOptions, ScriptedSpeechOutput } from './scripted-io.ts';
export { settle, VirtualClock } from './virtual-clock.ts';
