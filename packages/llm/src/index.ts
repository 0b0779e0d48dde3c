export { GgufLanguageModel, type GgufLanguageModelOptions, type GgufRuntime } from './gguf-language-model.ts';
export { KernelLanguageModel, type KernelLanguageModelOptions } from './kernel/kernel-language-model.ts';
export { WLLAMA_ID, WLLAMA_WASM } from './wllama/wasm-address.ts';
export { WllamaLanguageModel, type WllamaLanguageModelOptions } from './wllama/wllama-language-model.ts';
