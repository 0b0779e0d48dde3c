import { formatBytes, formatDuration } from './format.ts';
import { TransferRate } from './transfer-rate.ts';

/** Where progress is written to. */
export interface ProgressOutput {
  write(text: string): unknown;
  /** Bars that move in place; without it, plain lines. @defaultValue false */
  readonly isTTY?: boolean | undefined;
  /** @defaultValue 80 */
  readonly columns?: number | undefined;
}

/** Options of {@link ProgressBars}. */
export interface ProgressBarsOptions {
  output: ProgressOutput;
  /** @defaultValue true; only a terminal gets any */
  colour?: boolean;
  /** Milliseconds on any clock. @defaultValue `performance.now` */
  now?: () => number;
}

interface Bar {
  readonly label: string;
  readonly rate: TransferRate;
  readonly startMs: number;
  /** What is under way, for example a package's name. */
  detail: string;
  loadedBytes: number;
  totalBytes: number;
  /** The last plain line. */
  toldMs: number;
  /** Set when the bar is finished: what stands in its place. */
  result: string | undefined;
}

const REDRAW_MS = 80;
const PLAIN_LINE_MS = 10_000;
const BAR_CELLS = 20;

/**
 * One line per transfer with a bar, bytes, speed and time left. On a terminal the lines are redrawn in place; elsewhere
 * each transfer gets a line when it begins, every ten seconds, and when it ends.
 */
export class ProgressBars {
  readonly #output: ProgressOutput;
  readonly #colour: boolean;
  readonly #now: () => number;
  readonly #bars = new Map<string, Bar>();
  #drawnLines = 0;
  #drawnMs = Number.NEGATIVE_INFINITY;

  constructor({ output, colour = true, now = () => performance.now() }: ProgressBarsOptions) {
    this.#output = output;
    this.#colour = colour && output.isTTY === true;
    this.#now = now;
  }

  /** Moves the bar of that label, which begins with its first call. */
  update(label: string, loadedBytes: number, totalBytes: number, detail = ''): void {
    const nowMs = this.#now();
    const bar = this.#bars.get(label) ?? this.#begin(label, nowMs);
    const isNew = bar.detail !== detail || bar.totalBytes !== totalBytes;
    Object.assign(bar, { loadedBytes, totalBytes, detail });
    bar.rate.add(nowMs, loadedBytes);
    if (this.#output.isTTY) this.#draw(nowMs - this.#drawnMs >= REDRAW_MS);
    else if (isNew)
      this.#tell(bar, nowMs, `fetching ${[detail, formatBytes(totalBytes)].filter(Boolean).join(', ')}`);
    else if (nowMs - bar.toldMs >= PLAIN_LINE_MS) this.#tell(bar, nowMs, progressText(bar));
  }

  /** Ends a bar: `result` takes its place, followed by the time it took. */
  finish(label: string, result: string): void {
    const nowMs = this.#now();
    const bar = this.#bars.get(label) ?? this.#begin(label, nowMs);
    bar.result = `${result} in ${formatDuration(nowMs - bar.startMs)}`;
    if (this.#output.isTTY) this.#draw(true);
    else this.#tell(bar, nowMs, bar.result);
  }

  /** Takes away bars that did not finish; what is written from now on stands below. */
  close(): void {
    for (const [label, bar] of this.#bars) if (bar.result === undefined) this.#bars.delete(label);
    if (this.#output.isTTY) this.#draw(true);
    this.#bars.clear();
    this.#drawnLines = 0;
  }

  #begin(label: string, nowMs: number): Bar {
    const bar: Bar = {
      label,
      rate: new TransferRate(),
      startMs: nowMs,
      detail: '',
      loadedBytes: 0,
      totalBytes: 0,
      toldMs: nowMs,
      result: undefined,
    };
    this.#bars.set(label, bar);
    return bar;
  }

  #tell(bar: Bar, nowMs: number, text: string): void {
    bar.toldMs = nowMs;
    this.#output.write(`${bar.label}: ${text}\n`);
  }

  #draw(isDue: boolean): void {
    if (!isDue) return;
    this.#drawnMs = this.#now();
    const bars = [...this.#bars.values()];
    const labelCells = Math.max(0, ...bars.map(({ label }) => label.length));
    const lines = bars.map((bar) => this.#line(bar, labelCells));
    // Up to the first bar, then every line is cleared and written anew; what is left below goes.
    const up = this.#drawnLines > 0 ? `\x1b[${this.#drawnLines}A` : '';
    this.#output.write(`${up}${lines.map((line) => `\x1b[2K${line}\n`).join('')}\x1b[J`);
    this.#drawnLines = lines.length;
  }

  #line(bar: Bar, labelCells: number): string {
    const columns = this.#output.columns || 80; // Some terminals say 0.
    const label = bar.label.padEnd(labelCells).slice(0, columns - 1);
    const text = bar.result === undefined ? progressText(bar) : `✓ ${bar.result}`;
    const withBar = bar.result === undefined && labelCells + BAR_CELLS + text.length + 4 < columns;
    const filled = withBar ? Math.floor((BAR_CELLS * bar.loadedBytes) / (bar.totalBytes || 1)) : 0;
    const drawn = withBar
      ? `${this.#paint('36', '█'.repeat(filled))}${'░'.repeat(BAR_CELLS - filled)}  `
      : '';
    // A line that wrapped would be counted as one when going up, so it never may.
    const room = Math.max(0, columns - 1 - labelCells - 2 - (withBar ? BAR_CELLS + 2 : 0));
    const cut = text.length > room ? text.slice(0, room) : text;
    return `${label}${room > 0 ? '  ' : ''}${drawn}${bar.result === undefined ? cut : this.#paint('32', cut)}`;
  }

  #paint(code: string, text: string): string {
    return this.#colour && text ? `\x1b[${code}m${text}\x1b[39m` : text;
  }
}

function progressText({ loadedBytes, totalBytes, rate }: Bar): string {
  const percent = totalBytes > 0 ? Math.floor((100 * loadedBytes) / totalBytes) : 0;
  const speed = rate.bytesPerSecond;
  const leftMs = rate.leftMs(totalBytes);
  return [
    `${String(percent).padStart(3)} %`,
    `${formatBytes(loadedBytes)} of ${formatBytes(totalBytes)}`,
    ...(speed && leftMs !== undefined && loadedBytes < totalBytes
      ? [`${formatBytes(speed)}/s`, `${formatDuration(leftMs)} left`]
      : []),
  ].join('  ');
}
