import type { LoadProgress } from '@runanywhere/core';
import type { Progress } from './session-snapshot.ts';

/** Adds up what several engines tell of their files. No figure ever goes back, even if an engine starts a file again. */
export class LoadMeter {
  readonly #files = new Map<string, LoadProgress & { modelId: string }>();

  /** Takes one engine's progress. */
  note(modelId: string, { file, loadedBytes, totalBytes }: LoadProgress): void {
    const key = `${modelId}/${file}`;
    const before = this.#files.get(key);
    this.#files.set(key, {
      modelId,
      file,
      loadedBytes: Math.max(loadedBytes, before?.loadedBytes ?? 0),
      totalBytes: Math.max(totalBytes, before?.totalBytes ?? 0),
    });
  }

  /** All of it together, as a new object. */
  progress(): Progress {
    const files = [...this.#files.values()];
    return {
      files,
      loadedBytes: files.reduce((sum, file) => sum + file.loadedBytes, 0),
      totalBytes: files.reduce((sum, file) => sum + file.totalBytes, 0),
    };
  }

  /** Forgets what was, for the next load. */
  reset(): void {
    this.#files.clear();
  }
}
