import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { describe, expect, test } from 'vitest';
import { HEADLESS_FLAGS } from '../../scripts/lib/browser.mjs';
import { root } from '../../scripts/lib/process.mjs';
import { browserPath } from './environment.ts';

// The examples take the packages as they are published: from dist.

describe('examples/01-kernel-chat', () => {
  const folder = path.join(root, 'examples/01-kernel-chat');

  test('is about thirty lines', () => {
    const lines = readFileSync(path.join(folder, 'main.ts'), 'utf8').split('\n');
    expect(lines.filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(34);
  });

  test('answers what is typed, and the next question too', async () => {
    await build({ root: folder, logLevel: 'error' });
    const server = await preview({
      root: folder,
      logLevel: 'error',
      preview: { host: '127.0.0.1', port: 0 },
    });
    const browser = await chromium.launch({ executablePath: browserPath(), args: HEADLESS_FLAGS });
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      await page.goto(server.resolvedUrls?.local[0] ?? '');
      await page.getByRole('button', { name: 'Ask' }).click({ timeout: 60_000, trial: true });
      for (const [question, answer] of [
        ['What is the capital of France?', 'Paris'],
        ['And of Italy?', 'Rome'],
      ] as const) {
        await page.getByLabel('Your question').fill(question);
        await page.keyboard.press('Enter');
        await page.locator('p', { hasText: answer }).waitFor({ timeout: 60_000 });
      }
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});

test('examples/02-kernel-node answers in Node', async () => {
  const script = path.join(root, 'examples/02-kernel-node/chat.mjs');
  const question = 'What is the capital of France?';
  const { stdout } = await promisify(execFile)(process.execPath, [script, question]);
  expect(stdout).toContain('Paris');
  expect(stdout).toMatch(/\d+ tokens read in \d+ ms, \d+ answered at \d+ a second/);
});
