export {
  loadOnnxRuntime,
  ONNX_RUNTIME_ID,
  ONNX_RUNTIME_WASM,
  type OnnxRuntime,
  type OnnxSession,
  type OnnxTensor,
  openOnnxSession,
} from './open-session.ts';
export { yieldToEvents } from './yield-to-events.ts';
