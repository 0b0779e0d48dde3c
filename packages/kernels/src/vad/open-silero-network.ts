import { type Kernels, loadKernels } from '../wasm/load-kernels.ts';
import { readOnnxWeights } from './onnx-weights.ts';
import { SileroNetwork } from './silero-network.ts';

/** What {@link openSileroNetwork} may be told. */
export interface OpenSileroNetworkOptions {
  /** Goes into errors. */
  readonly modelId?: string;
  /** Kernels with a memory of their own. @defaultValue the fastest build that this machine runs */
  readonly kernels?: Promise<Kernels>;
}

/**
 * Starts the kernels while the weights are read, and runs a few frames, so that the first one that counts is not slow.
 *
 * @param file `silero_vad_16k_op15.onnx` of the Silero VAD package.
 * @throws {RunAnywhereError} `model-invalid` when the file holds another network.
 */
export async function openSileroNetwork(
  file: Blob,
  { modelId, kernels = loadKernels() }: OpenSileroNetworkOptions = {},
): Promise<SileroNetwork> {
  const [{ exports, memory }, bytes] = await Promise.all([kernels, file.arrayBuffer()]);
  const tensors = readOnnxWeights(new Uint8Array(bytes), modelId);
  const network = new SileroNetwork({ exports, memory, tensors, ...(modelId !== undefined && { modelId }) });
  const silence = new Float32Array(network.frameSamples);
  for (let i = 0; i < WARM_UP_FRAMES; i++) network.process(silence);
  network.reset();
  return network;
}

const WARM_UP_FRAMES = 8;
