import path from 'node:path';
import { resampleClip } from '@runanywhere/audio';
import type { AudioClip } from '@runanywhere/core';
import { catalog, defaultModelIds } from '@runanywhere/models';
import { cacheFolder, FolderModelSource } from '@runanywhere/models/node';
import { MoonshineTranscriber } from '@runanywhere/transcription';
import { findBrowser } from '../../scripts/lib/browser.mjs';
import { root } from '../../scripts/lib/process.mjs';

/** The browser that all end-to-end tests drive. */
export function browserPath(): string {
  const found = findBrowser();
  if (!found) throw new Error('No browser: run npm test, which installs one.');
  return found;
}

/** Where the models lie that the pages are served. */
export const modelsFolder: string = cacheFolder();

/** A recording of a person, with what is said in it. */
export function speechFile(name: string): string {
  return path.join(root, 'tests/fixtures/speech', name);
}

/** Bytes of all files that a conversation loads. */
export const defaultModels = catalog.filter(({ id }) => defaultModelIds.includes(id));

let transcriber: Promise<MoonshineTranscriber> | undefined;

/** What Moonshine tiny, run in Node, hears in a clip of any rate. */
export async function transcribe(clip: AudioClip): Promise<string> {
  transcriber ??= (async () => {
    const engine = new MoonshineTranscriber({ source: new FolderModelSource() });
    await engine.load();
    return engine;
  })();
  let text = '';
  for await (const event of (await transcriber).transcribe(resampleClip(clip, 16_000))) text = event.text;
  return text;
}
