import { Command, CommanderError } from 'commander';
import { type CliIo, EXIT_CODES, type ExitCode, writeJson } from './cli-io.ts';
import { errorAsJson, messageOf } from './error-text.ts';
import { listCommand } from './list-command.ts';
import { type PullCommandOptions, pullCommand } from './pull-command.ts';
import { type VerifyCommandOptions, verifyCommand } from './verify-command.ts';

/**
 * The `runanywhere` command. Touches nothing but `io` and the disk, never exits the process and never throws.
 *
 * @param argv without the program and the script: `['models', 'pull']`.
 */
export async function run(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODES.ok;
  const end = async (work: Promise<ExitCode>): Promise<void> => {
    exitCode = await work;
  };
  try {
    await program(io, end).parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
    if (io.signal?.aborted) {
      io.stderr.write('Stopped. What is complete is kept; run it again to go on.\n');
      return EXIT_CODES.interrupted;
    }
    if (argv.includes('--json')) writeJson(io, { error: errorAsJson(error) });
    else io.stderr.write(`${messageOf(error)}\n`);
    return EXIT_CODES.failed;
  }
}

function program(io: CliIo, end: (work: Promise<ExitCode>) => Promise<void>): Command {
  const runanywhere = new Command('runanywhere')
    .description('Voice conversations in a web page: the models they need.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      getErrHelpWidth: () => io.stderr.columns ?? 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('Add --help to see what there is.');
  const models = runanywhere
    .command('models')
    .description('Fetch, check and list models.')
    .copyInheritedSettings(runanywhere);
  models
    .command('pull')
    .description('Fetch models into the cache of this user and verify every byte.')
    .argument('[ids...]', 'which models; without any, those of a conversation')
    .option('--all', 'every model of the catalog')
    .option('--to <folder>', 'also lay them into a folder to be served, for example public/models')
    .option('--json', 'print the result as JSON')
    .action((ids: string[], options: PullCommandOptions) => end(pullCommand(ids, options, io)));
  models
    .command('verify')
    .description('Read every byte of models on disk and compare it with the catalog.')
    .argument('[ids...]', 'which models; without any, all that are there')
    .option('--in <folder>', 'where they are, for example public/models; without it, the cache')
    .option('--json', 'print the result as JSON')
    .action((ids: string[], options: VerifyCommandOptions) => end(verifyCommand(ids, options, io)));
  models
    .command('list')
    .description('Show the catalog: sizes, licences, and what is in the cache.')
    .option('--json', 'print the result as JSON')
    .action((options: { json?: boolean }) => end(listCommand(options, io)));
  return runanywhere;
}
