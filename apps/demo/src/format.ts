/** Bytes as megabytes, with a decimal below ten: `'4.2 MB'`, `'138 MB'`. */
export function formatMegabytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  return `${megabytes < 9.95 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
}

/** A rough time in words: `'a few seconds'`, `'40 seconds'`, `'3 minutes'`. */
export function formatTimeLeft(leftMs: number): string {
  const seconds = leftMs / 1000;
  if (seconds < 7.5) return 'a few seconds';
  if (seconds < 57.5) return `${Math.round(seconds / 5) * 5} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}

/** Milliseconds with a thin space at the thousands: `'1 240 ms'`. */
export function formatMs(ms: number): string {
  return `${String(Math.round(ms)).replace(/\B(?=(\d{3})+$)/g, '\u202f')} ms`;
}
