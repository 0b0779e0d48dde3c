export { type GgufFile, type OpenGgufOptions, openGguf } from './gguf/gguf-file.ts';
export type { GgufMetadata, GgufValue } from './gguf/metadata.ts';
export type { OnGgufRows, StreamRowsOptions } from './gguf/stream-rows.ts';
export type { GgufTensor } from './gguf/tensor-table.ts';
export { GGUF_TENSOR_TYPES, type GgufTensorType, ggufTensorTypeName } from './gguf/tensor-types.ts';
export { type LoadTransformerOptions, loadTransformer } from './transformer/load-transformer.ts';
export { Transformer } from './transformer/transformer.ts';
export { type OpenSileroNetworkOptions, openSileroNetwork } from './vad/open-silero-network.ts';
export { SileroNetwork, type SileroNetworkOptions } from './vad/silero-network.ts';
export { supportsSimd } from './vad/supports-simd.ts';
export type { VadExports } from './vad/vad-exports.ts';
export { type KernelExports, PACKED_FORMATS, type PackedFormat } from './wasm/kernel-exports.ts';
export { KernelMemory } from './wasm/kernel-memory.ts';
export {
  bestKernelLevel,
  type KernelLevel,
  type Kernels,
  type LoadKernelsOptions,
  loadKernels,
} from './wasm/load-kernels.ts';
