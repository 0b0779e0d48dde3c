export { describeTurnDetector, describeVoiceActivityDetector } from './conformance/detectors.ts';
export { describeLanguageModel } from './conformance/language-model.ts';
export { describeModelSource } from './conformance/model-source.ts';
export type { Make } from './conformance/support.ts';
export { describeSynthesizer } from './conformance/synthesizer.ts';
export { describeTelemetrySink } from './conformance/telemetry-sink.ts';
export { describeTranscriber } from './conformance/transcriber.ts';
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
