import { expect, test } from 'vitest';
import { Bench } from '../../testing/kernels/bench.ts';
import { describeKernels } from '../../testing/kernels/describe-kernels.ts';
import { bestKernelLevel } from './load-kernels.ts';

describeKernels('simd');
describeKernels('checked');

test('the checked build stops at a pointer that is wrong, before it writes', async () => {
  const { kernels } = await Bench.open('checked');
  const { exports, memory } = kernels;
  const x = memory.allocate(128);
  const end = memory.memory.buffer.byteLength;
  const out = memory.allocate(exports.quantizedRowBytes(32));
  memory.floats(x, 32).fill(3);

  for (const wrong of [end - 64, end, 0, 512, x + 4, 0xfffffff0])
    expect(() => exports.quantizeRows(wrong, 1, 32, out), `read at ${wrong}`).toThrow(
      WebAssembly.RuntimeError,
    );
  for (const wrong of [end - 16, 16, out + 8])
    expect(() => exports.quantizeRows(x, 1, 32, wrong), `write at ${wrong}`).toThrow(
      WebAssembly.RuntimeError,
    );
  expect(memory.bytes(out, exports.quantizedRowBytes(32)).every((byte) => byte === 0)).toBe(true);

  exports.quantizeRows(x, 1, 32, out);
  expect(memory.bytes(out, 1)[0]).toBe(127);
});

test('the checked build stops when a cache is full', async () => {
  const { kernels } = await Bench.open('checked');
  const { exports, memory } = kernels;
  const x = memory.allocate(3 * 16 * 4);
  const cache = memory.allocate(4 * 16 * 4);
  exports.storeHeads(x, 3, 16, 1, 16, cache, 4, 1);
  expect(() => exports.storeHeads(x, 3, 16, 1, 16, cache, 4, 2)).toThrow(WebAssembly.RuntimeError);
});

test('Node 20 has no relaxed SIMD, so it gets the other build', () => {
  expect(bestKernelLevel()).toBe(
    Number(process.versions.node.split('.')[0]) < 22 ? 'simd' : bestKernelLevel(),
  );
});
