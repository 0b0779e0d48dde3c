import { describe, expect, test } from 'vitest';
import type { ModelManifest, ModelSource } from '../../model-source.ts';
import { expectError, type Make } from './support.ts';

/** The suite of {@link ModelSource}. `manifest` is a model it has. */
export function describeModelSource(
  make: Make<ModelSource>,
  manifest: () => ModelManifest | Promise<ModelManifest>,
): void {
  describe('as a ModelSource', () => {
    test('gives each file whole, and its progress ends at its size', async () => {
      const source = await make();
      const { id, files } = await manifest();
      for (const { name, sizeBytes } of files) {
        let loadedBytes = 0;
        const blob = await source.open(id, name, {
          onProgress: (progress) => {
            expect(progress.loadedBytes).toBeGreaterThanOrEqual(loadedBytes);
            ({ loadedBytes } = progress);
          },
        });
        expect([blob.size, loadedBytes]).toEqual([sizeBytes, sizeBytes]);
      }
    });

    test('an unknown model and an unknown file are named', async () => {
      const source = await make();
      const { id } = await manifest();
      await expectError(source.open('no-such-model', 'x.bin'), 'model-unknown');
      await expectError(source.open(id, 'no-such-file.bin'), 'model-unknown');
    });

    test('an abort rejects with the reason given', async () => {
      const source = await make();
      const { id, files } = await manifest();
      await expect(
        source.open(id, files[0]?.name ?? '', { signal: AbortSignal.abort('enough') }),
      ).rejects.toBe('enough');
    });
  });
}
