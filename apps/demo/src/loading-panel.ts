import type { CatalogModel } from '@runanywhere/models';
import type { Progress } from '@runanywhere/voice';
import { byId, make, setText } from './elements.ts';
import { formatMegabytes, formatTimeLeft } from './format.ts';
import { TransferMeter } from './transfer-meter.ts';

/** Licences and notices are smaller than this and no engine loads them. */
const LICENCE_BYTES = 20_000;

interface FileRow {
  readonly item: HTMLLIElement;
  readonly bar: HTMLProgressElement;
  readonly numbers: HTMLElement;
}

/** How the models come along: all together, and file by file for who wants to know. */
export class LoadingPanel {
  /** What the models consist of, so that the bar knows of files before their turn comes and never steps back. */
  catalog: readonly CatalogModel[] = [];
  readonly #panel = byId('loading', HTMLElement);
  readonly #bar = byId('loading-bar', HTMLProgressElement);
  readonly #what = byId('loading-what', HTMLElement);
  readonly #numbers = byId('loading-numbers', HTMLElement);
  readonly #list = byId('loading-files', HTMLUListElement);
  readonly #rows = new Map<string, FileRow>();
  #meter = new TransferMeter();

  /** Shows a snapshot's progress; undefined takes the panel away. Returns the loaded share, 0 to 1. */
  show(progress: Progress | undefined, nowMs: number): number | undefined {
    this.#panel.hidden = progress === undefined;
    if (!progress) {
      this.#reset();
      return undefined;
    }
    const { loadedBytes, files } = progress;
    const totalBytes = progress.totalBytes + this.#bytesToCome(progress);
    this.#meter.note(nowMs, loadedBytes);
    const share = totalBytes > 0 ? loadedBytes / totalBytes : 0;
    const arrived = files.length > 0 && loadedBytes >= progress.totalBytes && share > 0.98;
    setText(this.#what, arrived ? 'Starting the models' : 'Loading the models');
    setText(this.#numbers, arrived ? formatMegabytes(totalBytes) : this.#describe(loadedBytes, totalBytes));
    if (arrived) this.#bar.removeAttribute('value');
    else this.#bar.value = share;
    for (const file of files) this.#showFile(file);
    return share;
  }

  /** Bytes of the files that nobody has named yet, of the models that have begun to load. */
  #bytesToCome({ files }: Progress): number {
    const named = new Set(files.map(({ modelId, file }) => `${modelId}/${file}`));
    const begun = new Set(files.map(({ modelId }) => modelId));
    return this.catalog
      .filter(({ id }) => begun.has(id))
      .flatMap((model) => model.files.filter(({ name }) => !named.has(`${model.id}/${name}`)))
      .filter(({ sizeBytes }) => sizeBytes > LICENCE_BYTES)
      .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  #describe(loadedBytes: number, totalBytes: number): string {
    if (totalBytes === 0) return '';
    const parts = [`${formatMegabytes(loadedBytes)} of ${formatMegabytes(totalBytes)}`];
    const speed = this.#meter.bytesPerSecond;
    if (speed) {
      parts.push(`${formatMegabytes(speed)}/s`);
      parts.push(`${formatTimeLeft(((totalBytes - loadedBytes) / speed) * 1000)} left`);
    }
    return parts.join(' · ');
  }

  #showFile({ modelId, file, loadedBytes, totalBytes }: Progress['files'][number]): void {
    const row = this.#rows.get(`${modelId}/${file}`) ?? this.#addRow(modelId, file);
    row.bar.max = totalBytes || 1;
    row.bar.value = loadedBytes;
    setText(row.numbers, `${formatMegabytes(loadedBytes)} of ${formatMegabytes(totalBytes)}`);
  }

  #addRow(modelId: string, file: string): FileRow {
    const item = make('li');
    const numbers = make('span', 'file-numbers');
    const bar = make('progress');
    bar.ariaLabel = file;
    item.append(make('span', 'file-name', file), numbers, bar);
    this.#list.append(item);
    const row = { item, bar, numbers };
    this.#rows.set(`${modelId}/${file}`, row);
    return row;
  }

  #reset(): void {
    if (this.#rows.size === 0) return;
    this.#rows.clear();
    this.#list.replaceChildren();
    this.#meter = new TransferMeter();
    this.#bar.value = 0;
  }
}
