import { resolve } from 'node:path';
import { type CatalogModel, catalog, defaultModelIds, findModel } from '@runanywhere/models';
import {
  type CopiedFile,
  cacheFolder,
  copyModels,
  ensureModel,
  type PullProgress,
} from '@runanywhere/models/node';
import { type CliIo, EXIT_CODES, type ExitCode, wantsColour, writeJson } from './cli-io.ts';
import { errorAsJson, messageOf } from './error-text.ts';
import { count, formatBytes } from './format.ts';
import { ProgressBars } from './progress-bars.ts';

/** Options of `models pull`. */
export interface PullCommandOptions {
  all?: boolean;
  to?: string;
  json?: boolean;
}

interface Outcome {
  readonly model: CatalogModel;
  readonly error?: unknown;
}

// Package clients spend much of their time waiting: more than three at once gains nothing.
const AT_ONCE = 3;

/** Fetches models into the cache and, with `--to`, lays them into a folder to be served. */
export async function pullCommand(
  ids: readonly string[],
  { all = false, to, json = false }: PullCommandOptions,
  io: CliIo,
): Promise<ExitCode> {
  const models = io.models ?? catalog;
  const wanted = all
    ? models
    : [...new Set(ids.length > 0 ? ids : (io.defaultModelIds ?? defaultModelIds))].map((id) =>
        findModel(id, models),
      );
  const cache = cacheFolder(io.env);
  const bars = new ProgressBars({
    output: json ? { write: () => undefined } : io.stderr,
    colour: wantsColour(io),
    ...(io.now && { now: io.now }),
  });
  const outcomes = await mapAtOnce(wanted, (model) => pullOne(model, cache, bars, io));
  bars.close();
  io.signal?.throwIfAborted();
  const failures = outcomes.filter(({ error }) => error !== undefined);
  const good = outcomes.filter(({ error }) => error === undefined).map(({ model }) => model);
  const copied = to && failures.length === 0 ? await copyAll(good, resolve(io.cwd, to), cache, io) : [];
  if (json) writeJson(io, { folder: cache, models: outcomes.map(asJson), files: copied });
  else {
    for (const { error } of failures) io.stderr.write(`${messageOf(error)}\n`);
    if (failures.length === 0) io.stdout.write(summary(good, cache, to, copied));
  }
  return failures.length === 0 ? EXIT_CODES.ok : EXIT_CODES.failed;
}

async function pullOne(model: CatalogModel, cache: string, bars: ProgressBars, io: CliIo): Promise<Outcome> {
  let fetched = false;
  const onProgress = ({ stage, file, loadedBytes, totalBytes }: PullProgress): void => {
    fetched = true;
    if (stage === 'fetch') bars.update(model.id, loadedBytes, totalBytes, file);
  };
  const { signal, models, fetchPackage } = io;
  try {
    await ensureModel(model.id, { cacheFolder: cache, onProgress, signal, models, fetchPackage });
  } catch (error) {
    return { model, error };
  }
  if (fetched) bars.finish(model.id, `${formatBytes(sizeOf(model))} verified`);
  return { model };
}

function copyAll(
  models: readonly CatalogModel[],
  to: string,
  cache: string,
  io: CliIo,
): Promise<CopiedFile[]> {
  const { signal } = io;
  return copyModels(
    models.map(({ id }) => id),
    to,
    { cacheFolder: cache, signal, models },
  );
}

/** Results in the order of `items`; at most {@link AT_ONCE} run at a time. */
async function mapAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

function summary(
  models: readonly CatalogModel[],
  cache: string,
  to: string | undefined,
  copied: readonly CopiedFile[],
): string {
  const bytes = formatBytes(models.reduce((sum, model) => sum + sizeOf(model), 0));
  if (!to) return `${count(models.length, 'model')} ready in ${cache} (${bytes}).\n`;
  const counts = (['linked', 'copied', 'kept'] as const)
    .map((action) => ({ action, files: copied.filter((file) => file.action === action).length }))
    .filter(({ files }) => files > 0)
    .map(({ action, files }) => `${count(files, 'file')} ${action}`);
  return `${count(models.length, 'model')} ready in ${to} (${bytes}; ${counts.join(', ')}).\n`;
}

function sizeOf({ files }: CatalogModel): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function asJson({ model, error }: Outcome): unknown {
  if (error === undefined) return { id: model.id, ok: true, sizeBytes: sizeOf(model) };
  return { id: model.id, ok: false, error: errorAsJson(error) };
}
