import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Where logs and reports of a run go; never committed. */
export const reportsFolder = path.join(root, 'reports');

/** A step failed in a way that the person can mend: printed without a stack. */
export class StepError extends Error {
  /**
   * @param {string} happened
   * @param {string} todo What to do about it.
   */
  constructor(happened, todo) {
    super(`${happened}\n  ${todo}`);
    this.name = 'StepError';
  }
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();

/** Ends every process that {@link run} and {@link start} began and that still runs. */
export function endChildren() {
  for (const child of children) child.kill('SIGTERM');
}
process.on('exit', endChildren);

/**
 * Starts a program that is ended with this process.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
  children.add(child);
  child.on('close', () => children.delete(child));
  return child;
}

/**
 * Runs a program to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ log?: string, env?: NodeJS.ProcessEnv, echo?: boolean }} [options] `log`: a file in `reports/` that takes the output; `echo` also prints it.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = start(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    let logFile = '';
    if (options.log) {
      mkdirSync(reportsFolder, { recursive: true });
      logFile = path.join(reportsFolder, options.log);
      writeFileSync(logFile, '');
    }
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (/** @type {Buffer} */ bytes) => {
        output += bytes;
        if (logFile) appendFileSync(logFile, bytes);
        if (options.echo) process.stdout.write(bytes);
      });
    }
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 1 : 0), output }));
  });
}

/**
 * Runs a program that must succeed.
 *
 * @param {string} what Said when it fails.
 * @param {string} todo Said when it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ log?: string, env?: NodeJS.ProcessEnv, echo?: boolean }} [options]
 */
export async function mustRun(what, todo, command, args, options = {}) {
  /** @type {{ code: number, output: string }} */
  let result;
  try {
    result = await run(command, args, options);
  } catch (error) {
    throw new StepError(`${what}: ${error instanceof Error ? error.message : error}`, todo);
  }
  if (result.code !== 0)
    throw new StepError(`${what} (exit code ${result.code}).\n${tail(result.output)}`, todo);
  return result.output;
}

/**
 * Runs the main function of a script; an error that the person can mend is printed without a stack.
 *
 * @param {() => Promise<number | undefined>} main Gives the exit code, 0 when undefined.
 */
export async function runMain(main) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => {
      endChildren();
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  }
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    const readable = error instanceof Error && ['StepError', 'RunAnywhereError'].includes(error.name);
    process.stderr.write(`\n${readable ? error.message : error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  }
}

/** @param {string} text */
function tail(text) {
  return text.trimEnd().split('\n').slice(-25).join('\n');
}
