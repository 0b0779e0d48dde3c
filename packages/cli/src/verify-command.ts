import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RunAnywhereError } from '@runanywhere/core';
import { type CatalogModel, catalog, findModel } from '@runanywhere/models';
import { cacheFolder, type FileVerdict, verifyModel } from '@runanywhere/models/node';
import { type CliIo, EXIT_CODES, type ExitCode, writeJson } from './cli-io.ts';
import { errorAsJson } from './error-text.ts';
import { count, formatBytes } from './format.ts';

/** Options of `models verify`. */
export interface VerifyCommandOptions {
  in?: string;
  json?: boolean;
}

/** Reads every byte of the models that are there, or of those named, and says which files are wrong. */
export async function verifyCommand(
  ids: readonly string[],
  options: VerifyCommandOptions,
  io: CliIo,
): Promise<ExitCode> {
  const folder = options.in ? resolve(io.cwd, options.in) : cacheFolder(io.env);
  const models = chooseModels(ids, folder, io.models ?? catalog);
  let filesWrong = 0;
  const report: unknown[] = [];
  for (const model of models) {
    const verdicts = await verifyModel(model.id, { folder, signal: io.signal, models });
    filesWrong += verdicts.filter(({ error }) => error).length;
    report.push({ id: model.id, files: verdicts.map(asJson) });
    if (!options.json) tell(model, verdicts, io);
  }
  if (options.json) writeJson(io, { folder, models: report });
  return filesWrong === 0 ? EXIT_CODES.ok : EXIT_CODES.failed;
}

function chooseModels(
  ids: readonly string[],
  folder: string,
  models: readonly CatalogModel[],
): readonly CatalogModel[] {
  if (ids.length > 0) return ids.map((id) => findModel(id, models));
  const present = models.filter(({ id }) => existsSync(join(folder, id)));
  const [first] = models;
  if (present.length > 0 || !first) return present;
  throw new RunAnywhereError('model-missing', {
    modelId: first.id,
    file: first.files[0]?.name ?? '',
    location: folder,
  });
}

function tell(model: CatalogModel, verdicts: readonly FileVerdict[], { stdout, stderr }: CliIo): void {
  const wrong = verdicts.filter(({ error }) => error);
  const bytes = verdicts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (wrong.length === 0)
    stdout.write(`${model.id}: ${count(verdicts.length, 'file')} right (${formatBytes(bytes)})\n`);
  else stdout.write(`${model.id}: ${wrong.length} of ${count(verdicts.length, 'file')} wrong\n`);
  for (const { error } of wrong) stderr.write(`  ${error?.message}\n`);
}

function asJson({ file, sizeBytes, error }: FileVerdict): unknown {
  return { file, sizeBytes, ok: !error, ...(error && { error: errorAsJson(error) }) };
}
