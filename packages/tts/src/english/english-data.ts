import { type LoadOptions, type ModelSource, RunAnywhereError } from '@runanywhere/core';
import type { EnglishData } from './english-front-end.ts';

/** The files of a voice that hold the English language. */
const FILES = {
  gold: 'lexicon_us_gold.json.gz',
  silver: 'lexicon_us_silver.json.gz',
  tagger: 'tagger.json.gz',
  tokenizerExceptions: 'tokenizer_exceptions.json',
  speakable: 'normalize.json',
} as const;

/**
 * Loads the front end's data files and parses them.
 *
 * @throws {RunAnywhereError} what the source throws; `engine-failed` when a file is not what its name says.
 */
export async function readEnglishData(
  source: ModelSource,
  modelId: string,
  options?: LoadOptions,
): Promise<EnglishData> {
  const read = <T>(file: string): Promise<T> => readJsonFile<T>(source, modelId, file, options);
  const [gold, silver, tagger, tokenizerExceptions, speakable] = await Promise.all([
    read<EnglishData['gold']>(FILES.gold),
    read<EnglishData['silver']>(FILES.silver),
    read<EnglishData['tagger']>(FILES.tagger),
    read<EnglishData['tokenizerExceptions']>(FILES.tokenizerExceptions),
    read<EnglishData['speakable']>(FILES.speakable),
  ]);
  return { gold, silver, tagger, tokenizerExceptions, speakable };
}

/** A JSON file of a model, decompressed where it is gzip. */
export async function readJsonFile<T>(
  source: ModelSource,
  modelId: string,
  file: string,
  options?: LoadOptions,
): Promise<T> {
  const blob = await source.open(modelId, file, options);
  try {
    return JSON.parse(await (await gunzipped(blob)).text()) as T;
  } catch (cause) {
    throw new RunAnywhereError(
      'engine-failed',
      { engine: modelId, reason: `"${file}" is not JSON` },
      { cause },
    );
  }
}

/**
 * The content of a file that may be gzip. The name does not tell: a server that sends `.gz` with `Content-Encoding: gzip`
 * has it decompressed by the browser on the way. The first two bytes do.
 */
async function gunzipped(blob: Blob): Promise<Response> {
  const [first, second] = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  if (first !== 0x1f || second !== 0x8b) return new Response(blob);
  return new Response(blob.stream().pipeThrough(new DecompressionStream('gzip')));
}
