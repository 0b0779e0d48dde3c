import type { LoadOptions, ModelSource } from '@runanywhere/core';
import { MemoryModelSource } from '@runanywhere/core/testing';
import { ensureModel, FolderModelSource } from '@runanywhere/models/node';
import { beforeAll, expect, test } from 'vitest';
import { loadOnnxRuntime, ONNX_RUNTIME_ID, ONNX_RUNTIME_WASM, openOnnxSession } from './open-session.ts';

const folder = new FolderModelSource();
const runtimeBlob = (): Promise<Blob> => folder.open(ONNX_RUNTIME_ID, ONNX_RUNTIME_WASM);

beforeAll(async () => {
  await Promise.all([ensureModel(ONNX_RUNTIME_ID), ensureModel('silero-v6')]);
}, 300_000);

/** The models' folder, counting what is opened. */
function counting(): { source: ModelSource; opened: string[] } {
  const opened: string[] = [];
  const open = (modelId: string, file: string, options?: LoadOptions): Promise<Blob> => {
    opened.push(file);
    return folder.open(modelId, file, options);
  };
  return { source: { open, urlOf: () => undefined }, opened };
}

test('a model is compiled from verified bytes and runs', async () => {
  const { source, opened } = counting();
  const [{ Tensor }, session] = await Promise.all([
    loadOnnxRuntime(source),
    openOnnxSession(source, 'silero-v6', 'silero_vad_v6.onnx'),
  ]);
  expect(opened.sort()).toEqual([ONNX_RUNTIME_WASM, 'silero_vad_v6.onnx']);
  const results = await session.run({
    input: new Tensor('float32', new Float32Array(576), [1, 576]),
    state: new Tensor('float32', new Float32Array(256), [2, 1, 128]),
    sr: new Tensor('int64', [16_000n], []),
  });
  const probability = results[session.outputNames[0] ?? '']?.data[0];
  expect(probability).toBeGreaterThanOrEqual(0);
  expect(probability).toBeLessThan(0.2);
  await session.release();
});

test('one engine that gives up its load does not stop the runtime for another', async () => {
  const { source, opened } = counting();
  const controller = new AbortController();
  const impatient = loadOnnxRuntime(source, { signal: controller.signal });
  const patient = loadOnnxRuntime(source);
  controller.abort('impatient');
  await expect(impatient).rejects.toBe('impatient');
  expect(await patient).toHaveProperty('InferenceSession');
  expect(opened).toEqual([ONNX_RUNTIME_WASM]);
});

test('a runtime that could not be had is asked for afresh', async () => {
  const { source } = counting();
  let attempts = 0;
  const flaky: ModelSource = {
    open: (...args) => {
      attempts += 1;
      return attempts === 1 ? Promise.reject(new Error('offline')) : source.open(...args);
    },
    urlOf: () => undefined,
  };
  await expect(loadOnnxRuntime(flaky)).rejects.toThrow('offline');
  expect(await loadOnnxRuntime(flaky)).toHaveProperty('Tensor');
});

test('bytes that are no model are an engine-failed that names model and file', async () => {
  const source = new MemoryModelSource({
    [ONNX_RUNTIME_ID]: { [ONNX_RUNTIME_WASM]: await runtimeBlob() },
    broken: { 'model.onnx': new Blob(['not a model']) },
  });
  await expect(openOnnxSession(source, 'broken', 'model.onnx')).rejects.toMatchObject({
    code: 'engine-failed',
    details: { engine: 'broken', reason: expect.stringContaining('model.onnx') },
  });
});
