import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../benchmarks/src/machine.mjs';
import { ensureNodeModules } from './lib/install.mjs';
import { root, runMain, StepError } from './lib/process.mjs';
import { SOAKS } from './lib/soaks/registry.mjs';
import { runSoak } from './lib/soaks/run-soak.mjs';

const HELP = `npm run soak -- NAME [--seed N] [--minutes M] [--count N]
npm run soak -- NAME --resume

  --seed N      from which all that is random comes (default: a new one, which is printed)
  --minutes M   lasts at least so long   (each soak has its own default)
  --count N     takes at least so many steps   (each soak has its own default)
  --resume      goes on with the run that was stopped last, by Ctrl-C or otherwise

A run of full length writes benchmarks/results/soak-NAME.json. There are:
${SOAKS.map(({ name, what, count, minutes }) => `  ${name}   ${what} (${count} steps, ${minutes} minutes)`).join('\n')}`;

await runMain(async () => {
  const { values, positionals } = parse(process.argv.slice(2));
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const soak = SOAKS.find(({ name }) => name === positionals[0]);
  if (!soak || positionals.length > 1) throw new StepError('Which soak?', HELP);
  const say = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);
  await ensureNodeModules(say);
  const seed = number('seed', values.seed, randomInt(2 ** 32));
  const count = number('count', values.count, soak.count);
  const minutes = number('minutes', values.minutes, soak.minutes);
  const stateFile = path.join(root, '.cache', `soak-${soak.name}.json`);
  const resume = values.resume ?? false;
  if (!resume) say(`${soak.name}: seed ${seed}, at least ${count} steps and ${minutes} minutes`);
  const run = await runSoak(soak, { seed, count, minutes, resume, stateFile, load, say });
  const result = {
    ...run,
    machine: describeMachine('none'),
    date: new Date().toISOString().slice(0, 10),
    command: `npm run soak -- ${soak.name} --seed ${run.seed} --minutes ${minutes} --count ${count}`,
  };
  if (result.count >= soak.count && result.minutes >= soak.minutes) {
    const folder = path.join(root, 'benchmarks/results');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `soak-${soak.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  } else say('Shorter than a full run: the result is printed and not kept.');
  console.log(JSON.stringify(result, null, 2));
  return result.failures > 0 ? 1 : 0;
});

/**
 * Imports a module of the packages from its TypeScript.
 *
 * @param {string} file
 */
async function load(file) {
  const { runnerImport } = await import('vite');
  const conditions = ['@runanywhere/source', 'module', 'node', 'development|production', 'default'];
  const { module } = await runnerImport(path.join(root, file), {
    configFile: false,
    root,
    logLevel: 'error',
    environments: { inline: { resolve: { conditions, noExternal: [/^@runanywhere\//] } } },
  });
  return /** @type {Record<string, any>} */ (module);
}

/**
 * @param {string} option
 * @param {string | undefined} text
 * @param {number} otherwise
 */
function number(option, text, otherwise) {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new StepError(`--${option} ${text} is no number.`, HELP);
  return value;
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        seed: { type: 'string' },
        minutes: { type: 'string' },
        count: { type: 'string' },
        resume: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new StepError(error instanceof Error ? error.message : String(error), HELP);
  }
}
