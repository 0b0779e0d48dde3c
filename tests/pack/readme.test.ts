import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { wordErrorRate } from '@runanywhere/core/word-error-rate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBarePage } from '../../scripts/lib/bare-page.mjs';
import { makeMicrophoneWav } from '../../scripts/lib/microphone-wav.mjs';
import { root } from '../../scripts/lib/process.mjs';
import { browserPath, modelsFolder, speechFile } from '../e2e/environment.ts';
import provenance from '../fixtures/speech/provenance.json' with { type: 'json' };

const app = mkdtempSync(path.join(tmpdir(), 'runanywhere-empty-app-'));
afterAll(() => rmSync(app, { recursive: true, force: true }));

/** The code block of the README that is marked with this name. */
function exampleOf(readme: string, name: string): string {
  const block = new RegExp(`<!-- example: ${name} -->\\s*\`\`\`ts\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1];
  if (!block) throw new Error(`README.md has no example "${name}"`);
  return block;
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Packs the packages and installs them into an empty Vite app, as a user would. */
beforeAll(() => {
  const tarballs = path.join(app, 'tarballs');
  mkdirSync(tarballs);
  const packages = readdirSync(path.join(root, 'packages')).map((name) => `--workspace=packages/${name}`);
  npm(['pack', ...packages, '--pack-destination', tarballs], root);
  const dependencies = Object.fromEntries(
    readdirSync(tarballs).map((file) => [
      `@runanywhere/${/^runanywhere-(.+)-\d/.exec(file)?.[1]}`,
      `file:tarballs/${file}`,
    ]),
  );
  const { version } = JSON.parse(readFileSync(path.join(root, 'node_modules/vite/package.json'), 'utf8')) as {
    version: string;
  };
  const manifest = {
    name: 'empty-app',
    private: true,
    type: 'module',
    dependencies,
    devDependencies: { vite: version },
  };
  writeFileSync(path.join(app, 'package.json'), JSON.stringify(manifest, null, 2));
  npm(['install', '--prefer-offline', '--no-audit', '--no-fund'], app);

  mkdirSync(path.join(app, 'src'));
  writeFileSync(
    path.join(app, 'src/main.ts'),
    exampleOf(readFileSync(path.join(root, 'README.md'), 'utf8'), 'talk'),
  );
  writeFileSync(
    path.join(app, 'index.html'),
    '<!doctype html><title>Empty</title><link rel="icon" href="data:," /><button>Talk</button><script type="module" src="/src/main.ts"></script>',
  );
  execFileSync(
    process.execPath,
    [path.join(app, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'],
    { cwd: app },
  );
}, 300_000);

test('the lines of the README are ten or fewer', () => {
  const lines = exampleOf(readFileSync(path.join(root, 'README.md'), 'utf8'), 'talk').split('\n');
  expect(lines.filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(10);
});

test('the lines of the README make an empty Vite app talk', async () => {
  const clip = provenance.clips.find(({ file }) => file === 'amiable.wav');
  const microphone = await makeMicrophoneWav([speechFile('amiable.wav')], { leadMs: 1000 });
  const page = await openBarePage({
    executablePath: browserPath(),
    modelsFolder,
    microphoneWav: microphone.file,
    pageFolder: path.join(app, 'dist'),
  });
  try {
    const said = new Map<string, string>();
    const answered = new Promise<void>((resolve, reject) => {
      page.page.on('console', (message) => {
        const [, who = '', text = ''] = /^(You|Assistant): (.*)$/s.exec(message.text()) ?? [];
        if (who) said.set(who, text);
        if (who === 'Assistant') resolve();
        if (message.type() === 'error') reject(new Error(message.text()));
      });
    });
    await page.page.click('button');
    await answered;
    expect(wordErrorRate(clip?.transcript ?? '', said.get('You') ?? '').wordErrorRate).toBeLessThanOrEqual(
      0.15,
    );
    expect(said.get('Assistant')).toMatch(/\w/);
    expect(page.complaints).toEqual([]);
  } finally {
    await page.close();
  }
});
