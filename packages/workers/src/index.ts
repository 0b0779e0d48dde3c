export { AudioProcessorClient, type AudioProcessorClientOptions } from './audio-processor-client.ts';
export type { AudioProcessorOptions, LanguageModelOptions } from './methods.ts';
export type { Endpoint } from './rpc/protocol.ts';
export type { WorkerOptions } from './worker-engine.ts';
export { WorkerLanguageModel, type WorkerLanguageModelOptions } from './worker-language-model.ts';
export { WorkerSynthesizer, type WorkerSynthesizerOptions } from './worker-synthesizer.ts';
export { WorkerTranscriber, type WorkerTranscriberOptions } from './worker-transcriber.ts';
