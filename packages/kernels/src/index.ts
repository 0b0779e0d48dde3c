export { type KernelExports, PACKED_FORMATS, type PackedFormat } from './wasm/kernel-exports.ts';
