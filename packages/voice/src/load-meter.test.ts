import { expect, test } from 'vitest';
import { LoadMeter } from './load-meter.ts';

test('adds up the files of all models, and no figure goes back', () => {
  const meter = new LoadMeter();
  meter.note('a', { file: 'model.bin', loadedBytes: 40, totalBytes: 100 });
  meter.note('b', { file: 'model.bin', loadedBytes: 0, totalBytes: 50 });
  meter.note('a', { file: 'model.bin', loadedBytes: 10, totalBytes: 100 });
  expect(meter.progress()).toMatchObject({ loadedBytes: 40, totalBytes: 150 });
  expect(meter.progress().files.map(({ modelId }) => modelId)).toEqual(['a', 'b']);
  meter.reset();
  expect(meter.progress()).toEqual({ files: [], loadedBytes: 0, totalBytes: 0 });
});
