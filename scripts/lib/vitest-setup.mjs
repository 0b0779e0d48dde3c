import { buildKernels } from '../build-kernels.mjs';

/** The kernels' code is made before any test imports it. */
export default async function setup() {
  await buildKernels();
}
