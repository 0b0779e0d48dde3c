import { runChecks } from './lib/checks.mjs';
import { ensureNodeModules } from './lib/install.mjs';
import { runMain } from './lib/process.mjs';

await runMain(async () => {
  await ensureNodeModules(console.log);
  const { failed } = await runChecks();
  return failed > 0 ? 1 : 0;
});
