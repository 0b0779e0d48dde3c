import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CatalogModel, catalog, defaultModelIds } from '@runanywhere/models';
import { cacheFolder } from '@runanywhere/models/node';
import { type CliIo, EXIT_CODES, type ExitCode, writeJson } from './cli-io.ts';
import { formatBytes, formatTable } from './format.ts';

/** Shows the catalog: what each model is for, its size and licence, and whether it is in the cache. */
export async function listCommand({ json = false }: { json?: boolean }, io: CliIo): Promise<ExitCode> {
  const folder = cacheFolder(io.env);
  const defaults = io.defaultModelIds ?? defaultModelIds;
  const rows = await Promise.all(
    (io.models ?? catalog).map(async (model) => ({
      id: model.id,
      role: model.role,
      description: model.description,
      sizeBytes: model.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      memoryBytes: model.memoryBytes,
      licence: model.licence,
      licenceUrl: model.licenceUrl,
      languages: model.languages,
      isDefault: defaults.includes(model.id),
      inCache: await isThere(model, folder),
    })),
  );
  if (json) writeJson(io, { folder, models: rows });
  else {
    const table = rows.map(({ id, role, sizeBytes, licence, languages, isDefault, inCache, description }) => [
      `${id}${isDefault ? ' *' : ''}`,
      role,
      formatBytes(sizeBytes),
      licence,
      languages === 'any' ? 'any' : languages.join(' '),
      inCache ? 'yes' : 'no',
      description,
    ]);
    const head = ['model', 'for', 'size', 'licence', 'language', 'pulled', ''];
    io.stdout.write(`${formatTable([head, ...table])}\n* pulled when no model is named. Cache: ${folder}\n`);
  }
  return EXIT_CODES.ok;
}

/** By name and size; `models verify` reads the bytes. */
async function isThere({ id, files }: CatalogModel, folder: string): Promise<boolean> {
  const checks = files.map(async ({ name, sizeBytes }) => {
    const facts = await stat(join(folder, id, name)).catch(() => undefined);
    return facts?.size === sizeBytes;
  });
  return (await Promise.all(checks)).every(Boolean);
}
