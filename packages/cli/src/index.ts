export { type CliIo, EXIT_CODES, type ExitCode } from './cli-io.ts';
export { formatBytes, formatDuration } from './format.ts';
export { ProgressBars, type ProgressBarsOptions, type ProgressOutput } from './progress-bars.ts';
export { run } from './run.ts';
