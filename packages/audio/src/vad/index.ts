export { OnnxSileroVad } from './onnx-silero-vad.ts';
export { SileroVad, type SileroVadOptions, type VadRuntime } from './silero-vad.ts';
