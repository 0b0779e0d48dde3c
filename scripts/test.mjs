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
  for (const { project, what } of PROJECTS) {
    console.log(`\n${what}`);
    const { passed, failed } = await runVitest(project);
    total.passed += passed;
    total.failed += failed;
  }
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

/**
 * Runs one project of vitest.config.ts and counts from its report.
 *
 * @param {string} project
 */
async function runVitest(project) {
  const report = path.join(reportsFolder, `${project}.json`);
  rmSync(report, { force: true });
  const { code } = await run(
    process.execPath,
    [
      path.join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      `--project=${project}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { log: `${project}.log`, echo: true },
  );
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  // A file that cannot be loaded fails no test: it counts as one failure, and so does a run that fails for another reason.
  const failed = Math.max(numFailedTests, numFailedTestSuites > 0 || code !== 0 ? 1 : 0);
  return { passed: numPassedTests, failed };
}
