import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureBrowser } from './lib/browser.mjs';
import { runChecks } from './lib/checks.mjs';
import { ensureNodeModules } from './lib/install.mjs';
import { mustRun, reportsFolder, root, run, runMain } from './lib/process.mjs';

const PROJECTS = [
  { project: 'unit', what: 'unit tests in Node' },
  { project: 'browser', what: 'unit tests in Chromium' },
  { project: 'e2e', what: 'end-to-end tests in Chromium, on real models' },
];

await runMain(async () => {
  await ensureNodeModules(console.log);
  process.env.CHROME_PATH = await ensureBrowser(console.log);

  const total = await runChecks();
  await prepare();
  add(total, await weigh());
  const waiting = runVitest('waiting', { echo: false });
  for (const { project, what } of PROJECTS) {
    console.log(`\n${what}`);
    add(total, await runVitest(project, { echo: true }));
  }
  console.log('\ntests that mostly wait, run beside the others');
  const { output, ...waited } = await waiting;
  console.log(output.trimEnd());
  add(total, waited);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 ? 1 : 0;
});

/** Builds the packages, has the models at hand, and builds the pages that the tests open. */
async function prepare() {
  const steps = [
    { name: 'build', args: ['scripts/build.mjs'], todo: 'Mend what the lines above name.' },
    {
      name: 'models',
      args: ['packages/cli/bin/runanywhere.js', 'models', 'pull'],
      todo: 'Check that npm and pip reach their registries, then run this again.',
    },
    { name: 'apps', args: ['scripts/build-apps.mjs'], todo: 'Mend what the lines above name.' },
  ];
  for (const { name, args, todo } of steps) {
    const startMs = performance.now();
    await mustRun(`The step "${name}" failed`, todo, process.execPath, args, { log: `${name}.log` });
    console.log(`done  ${name} (${((performance.now() - startMs) / 1000).toFixed(1)} s)`);
  }
}

/** The budgets of the built packages, as one check. */
async function weigh() {
  const { code, output } = await run(process.execPath, ['scripts/size.mjs']);
  console.log(output.trimEnd());
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

/**
 * @param {{ passed: number, failed: number }} total
 * @param {{ passed: number, failed: number }} more
 */
function add(total, more) {
  total.passed += more.passed;
  total.failed += more.failed;
}

/**
 * Runs one project of vitest.config.ts and counts from its report.
 *
 * @param {string} project
 * @param {{ echo: boolean }} options
 */
async function runVitest(project, { echo }) {
  const report = path.join(reportsFolder, `${project}.json`);
  rmSync(report, { force: true });
  const { code, output } = await run(
    process.execPath,
    [
      path.join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      `--project=${project}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { log: `${project}.log`, echo },
  );
  if (!existsSync(report)) return { passed: 0, failed: 1, output };
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  // A file that cannot be loaded fails no test: it counts as one failure, and so does a run that fails for another reason.
  const failed = Math.max(numFailedTests, numFailedTestSuites > 0 || code !== 0 ? 1 : 0);
  return { passed: numPassedTests, failed, output };
}
