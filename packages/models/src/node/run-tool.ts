import { spawn } from 'node:child_process';

const KEPT_CHARS = 8000;

/**
 * Runs a program to its end, without a shell where there is a choice.
 *
 * @throws {Error} with what the program complains about; with code `ENOENT` when there is no such program.
 */
export function runTool(
  tool: string,
  args: readonly string[],
  signal?: AbortSignal,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(tool, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env },
      shell: process.platform === 'win32', // npm is a .cmd file there.
      ...(signal && { signal }),
    });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (words.length < KEPT_CHARS) words += text;
    });
    child.once('error', (error) => reject(signal?.aborted ? signal.reason : error));
    child.once('close', (status) => {
      if (status === 0) resolve();
      else reject(new Error(complaint(words) ?? `${tool} ended with status ${status}`));
    });
  });
}

/** The first line that says what is wrong, without the prefixes that npm and pip put before it. */
function complaint(words: string): string | undefined {
  return words
    .split('\n')
    .filter((line) => /error/i.test(line))
    .map((line) =>
      line.replace(/^\s*(npm error|ERROR:|E:)\s*(\d{3}|notarget)?\s*/i, '').replace(/[.\s]+$/, ''),
    )
    .find((line) => line !== '' && !/^(code|syscall|errno) /.test(line));
}
