export { WLLAMA_ID, WLLAMA_WASM } from './wllama/wasm-address.ts';
export { WllamaLanguageModel, type WllamaLanguageModelOptions } from './wllama/wllama-language-model.ts';
