import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser } from './lib/browser.mjs';
import { ensureNodeModules } from './lib/install.mjs';
import { mustRun, root, runMain, StepError } from './lib/process.mjs';

const HELP = `npm run bench -- NAME… [--rounds N] [--json] [--save]
npm run bench -- --goal G1 [--rounds N] [--json] [--save]

  --rounds N   how often each contestant is run, in rotated order, after one round that is dropped (default 5; G5 and G14 15, G13 10)
  --json       print one JSON object, or an array of them, and nothing else
  --save       write it to benchmarks/results/ and make the tables of docs/benchmarks.md anew`;

await runMain(async () => {
  const { values, positionals } = parse(process.argv.slice(2));
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const say = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);
  await ensureNodeModules(say);
  const executablePath = await ensureBrowser(say);
  const todo = 'Mend what the lines above name.';
  for (const args of [
    ['scripts/build.mjs'],
    ['packages/cli/bin/runanywhere.js', 'models', 'pull'],
    ['scripts/build-apps.mjs'],
  ]) {
    await mustRun(`${args[0]} failed`, todo, process.execPath, args);
  }
  const { GOALS } = await import('../benchmarks/src/goals.mjs');
  const { REPORTED_GOALS, runReport } = await import('../benchmarks/src/reports.mjs');
  const isWanted = ([goal, { name }]) => values.goal === goal || positionals.includes(name);
  const wanted = Object.entries(GOALS).filter(isWanted);
  const reported = Object.entries(REPORTED_GOALS).filter(isWanted);
  if (wanted.length + reported.length === 0) {
    const names = Object.entries({ ...GOALS, ...REPORTED_GOALS }).map(
      ([goal, { name, what }]) => `  ${goal}  ${name}: ${what}`,
    );
    throw new StepError('Which benchmark?', `${HELP}\n\nThere are:\n${names.join('\n')}`);
  }
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && (!Number.isInteger(rounds) || rounds < 1))
    throw new StepError(`--rounds ${values.rounds} is no count.`, HELP);

  const { runGoals } = await import('../benchmarks/src/run-goals.mjs');
  const command = (/** @type {string} */ goal, count = rounds ?? 5) =>
    `npm run bench -- --goal ${goal} --rounds ${count} --json`;
  /** @type {({ goal: string } & Record<string, any>)[]} */
  const results = [];
  if (wanted.length > 0) {
    const goals = wanted.map(([goal]) => goal);
    results.push(...(await runGoals(goals, { rounds: rounds ?? 5, executablePath, command, say })));
  }
  for (const [goal] of reported)
    results.push(await runReport(goal, { rounds, executablePath, command, say }));
  for (const result of results) {
    if (!values.json && result.kind === 'report') await printReport(result);
    else if (!values.json) print(result);
    if (!values.save) continue;
    const folder = path.join(root, 'benchmarks/results');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${result.goal}.json`), `${JSON.stringify(result, null, 2)}\n`);
  }
  if (values.save) {
    const { writeBenchmarkTables } = await import('../benchmarks/src/tables.mjs');
    writeBenchmarkTables();
  }
  if (values.json) console.log(JSON.stringify(results.length === 1 ? results[0] : results, null, 2));
  return 0; // A benchmark never passes or fails a test.
});

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        goal: { type: 'string' },
        rounds: { type: 'string' },
        json: { type: 'boolean' },
        save: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new StepError(error instanceof Error ? error.message : String(error), HELP);
  }
}

/** @param {any} report */
async function printReport({ goal, what, verdicts, tables }) {
  const { describeVerdict } = await import('../benchmarks/src/verdict.mjs');
  console.log(`\n${goal}: ${what}`);
  for (const verdict of verdicts) console.log(`  ${describeVerdict(verdict)}`);
  for (const { title, columns, rows } of tables) {
    console.log(`\n  ${title}\n    ${columns.join(' | ')}`);
    for (const row of rows) console.log(`    ${row.join(' | ')}`);
  }
}

/** @param {any} result */
function print({ goal, what, value, unit, interval, limit, met, peers }) {
  console.log(`\n${goal}: ${what}`);
  console.log(
    `  ours          ${value} ${unit} (95 % interval ${interval.join(' to ')}), limit ${limit}: ${met ? 'met' : 'not met'}`,
  );
  for (const [name, peer] of Object.entries(peers)) {
    console.log(`  ${name.padEnd(13)} ${peer.value} ${unit} (95 % interval ${peer.interval.join(' to ')})`);
  }
}
