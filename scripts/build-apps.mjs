import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { mustRun, root, runMain } from './lib/process.mjs';

/** Builds every page under apps/ that has a Vite configuration, with Vite, from the built packages. */
await runMain(async () => {
  for (const app of readdirSync(path.join(root, 'apps'))) {
    const folder = path.join(root, 'apps', app);
    if (!existsSync(path.join(folder, 'vite.config.ts'))) continue;
    const vite = path.join(root, 'node_modules/vite/bin/vite.js');
    await mustRun(
      `apps/${app} could not be built`,
      'Mend what the lines above name.',
      process.execPath,
      [vite, 'build', folder, '--logLevel', 'warn'],
      {
        echo: true,
      },
    );
    console.log(`built apps/${app}`);
  }
  return 0;
});
