import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser } from './lib/browser.mjs';
import { ensureNodeModules } from './lib/install.mjs';
import { mustRun, root, runMain, StepError, start } from './lib/process.mjs';
import { serveStatic } from './lib/static-server.mjs';

const HELP = `npm start -- [options]

  --say FILE.wav   answer this question instead of the recorded one
  --no-check       serve the demo at once, without answering a question first
  --exit           stop after the answer, do not serve the demo
  --port NUMBER    where the demo is served (default 4173, or a free one when it is taken)
  --help           this text`;

const DEFAULT_QUESTION = path.join(root, 'tests/fixtures/speech/question.wav');

await runMain(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  await ensureNodeModules(console.log);
  const node = process.execPath;
  const mend = 'Mend what the lines above name; if this is a fresh clone, please report it.';
  await mustRun('The packages could not be built', mend, node, ['scripts/build.mjs'], { log: 'build.log' });
  await pullModels();
  await mustRun('The pages could not be built', mend, node, ['scripts/build-apps.mjs'], { log: 'apps.log' });
  const { cacheFolder } = await import('@runanywhere/models/node');
  const modelsFolder = cacheFolder();

  if (options.check) {
    const executablePath = await ensureBrowser(console.log);
    const { answerAloud } = await import('./lib/answer-aloud.mjs');
    await answerAloud({ question: options.say, executablePath, modelsFolder });
  }
  if (options.exit) return 0;
  return serveDemo(modelsFolder, options.port);
});

/** @param {string[]} args */
function readOptions(args) {
  /** @type {ReturnType<typeof parse>} */
  let values;
  try {
    values = parse(args);
  } catch (error) {
    throw new StepError(error instanceof Error ? error.message : String(error), HELP);
  }
  const say = values.say === undefined ? DEFAULT_QUESTION : path.resolve(values.say);
  if (!existsSync(say)) throw new StepError(`There is no file ${say}.`, 'Give --say a WAV file.');
  const port = Number(values.port ?? 4173);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new StepError(`${values.port} is no port.`, 'Give --port a number from 0 to 65535.');
  }
  return { help: values.help ?? false, say, check: !values['no-check'], exit: values.exit ?? false, port };
}

/** @param {string[]} args */
function parse(args) {
  return parseArgs({
    args,
    options: {
      say: { type: 'string' },
      'no-check': { type: 'boolean' },
      exit: { type: 'boolean' },
      port: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  }).values;
}

/** Shows its own progress bars, so it writes to this terminal. */
async function pullModels() {
  const child = start(process.execPath, ['packages/cli/bin/runanywhere.js', 'models', 'pull']);
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0)
    throw new StepError(
      'The models could not be fetched.',
      'See the lines above, then run this again: it goes on where it stopped.',
    );
}

/**
 * Serves the demo until Ctrl-C.
 *
 * @param {string} modelsFolder
 * @param {number} port
 * @returns {Promise<number>}
 */
async function serveDemo(modelsFolder, port) {
  const folders = { '/': path.join(root, 'apps/demo/dist'), '/models/': modelsFolder };
  const server = await serveStatic({ folders, port }).catch((/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code !== 'EADDRINUSE') throw error;
    console.log(`Port ${port} is taken.`);
    return serveStatic({ folders });
  });
  console.log(`\nThe demo is at ${server.origin}/  (Ctrl-C ends it)`);
  return new Promise(() => undefined);
}
