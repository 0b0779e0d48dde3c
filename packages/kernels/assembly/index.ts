// Everything that ../src/wasm/kernel-exports.ts promises.

export { attention, attention8, storeHeads, storeHeads8 } from './attention';
export { packedFormat, packedGroupBytes } from './formats';
export { matmul } from './matmul';
export { packGroup } from './pack';
export { quantizedRowBytes, quantizeRows } from './quantize';
export { addBias, argmax, gelu, logSumExp, rmsNorm, rmsNormHeads, rotary, siluMultiply } from './rows';
export { unpackRow } from './unpack';
export { convolve, logisticUnit, lstmStep, spectrumMagnitudes } from './vad';
