// Everything that the kernels export. What each takes and gives is told in ../src/wasm/kernel-exports.ts.
export { gelu, siluMultiply } from './activation';
export { attention, attention8 } from './attention';
export { storeHeads, storeHeads8 } from './cache';
export { packedFormat, packedGroupBytes } from './formats';
export { matmul } from './matmul/matmul';
export { addBias, rmsNorm, rmsNormHeads } from './norm';
export { packGroup } from './pack/pack';
export { unpackRow } from './pack/unpack';
export { quantizedRowBytes, quantizeRows } from './quantize';
export { argmax, logSumExp } from './reduce';
export { rotary } from './rotary';
export { convolve, logisticUnit, lstmStep, spectrumMagnitudes } from './vad';
