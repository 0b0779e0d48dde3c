import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBarePage } from '../../scripts/lib/bare-page.mjs';
import { makeMicrophoneWav } from '../../scripts/lib/microphone-wav.mjs';
import { root } from '../../scripts/lib/process.mjs';
import { browserPath, modelsFolder, speechFile } from './environment.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { width: 360, height: 740 };
const QUESTION = 'What is the capital of France?';
const TURN_MS = 200_000;

type Demo = Awaited<ReturnType<typeof openBarePage>>;

/** Opens the built demo under the policy that the SDK promises to work with. */
function openDemo(options: Partial<Parameters<typeof openBarePage>[0]> = {}): Promise<Demo> {
  return openBarePage({
    executablePath: browserPath(),
    modelsFolder,
    pageFolder: path.join(root, 'apps/demo/dist'),
    headers: {
      'content-security-policy':
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:",
    },
    record: false,
    initScript: AXE,
    ...options,
  });
}

/** What axe finds against WCAG 2.2 AA, as one line each. */
async function findViolations(page: Page): Promise<string[]> {
  // Elements that are just fading in have no final colour yet.
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finish())));
  const { violations } = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
    return axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Pixels by which the page is wider than the window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

function lastAnswer(page: Page) {
  return page.locator('.caption[data-role="assistant"]:not(.waiting)').last();
}

describe('the demo before anything was said', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await openDemo();
  });
  afterAll(() => demo.close());

  test('loads nothing but its own files, and no engine, before the first click', async () => {
    const names = await demo.page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name),
    );
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !name.startsWith(demo.origin))).toEqual([]);
    expect(names.filter((name) => /\/models\/|worker|worklet/.test(name))).toEqual([]);
    expect(await demo.page.evaluate(() => globalThis.voiceSession)).toBeUndefined();
  });

  test('says what it is and which models it uses, each with its licence', async () => {
    await demo.page.getByText('Models and licences').click();
    const credits = demo.page.locator('#credits-list li');
    await expect.poll(() => credits.count()).toBeGreaterThanOrEqual(6);
    for (const line of await credits.allInnerTexts())
      expect(line).toMatch(/Licence: (MIT|Apache-2\.0|BSD-2)/);
    await demo.page.getByText('Models and licences').click();
  });

  test.each(['light', 'dark'] as const)(
    'has no accessibility violation in %s colours',
    async (colorScheme) => {
      const { page } = demo;
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await findViolations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Settings' }).click();
      await page.getByRole('dialog', { name: 'Settings' }).waitFor();
      expect(await findViolations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.emulateMedia({ colorScheme: null, reducedMotion: null });
    },
  );

  test('names every control', async () => {
    const main = await demo.page.locator('main').ariaSnapshot();
    expect(main).toContain('button "Start talking"');
    expect(main).toContain('textbox "Type instead of talking"');
    expect(main).toContain('button "Send"');
    expect(main).toContain('heading "Talk to this page" [level=1]');
  });

  test('keeps the settings for the next visit', async () => {
    const { page } = demo;
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('Instructions for the model').fill('You are a pirate.');
    await page.getByLabel('Speed').fill('1.2');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Settings' }).click();
    expect(await page.getByLabel('Instructions for the model').inputValue()).toBe('You are a pirate.');
    expect(await page.getByLabel('Speed').inputValue()).toBe('1.2');
    await page.getByRole('button', { name: 'Defaults' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    expect(await overflow(page)).toBe(0);
  });

  test('fits a phone', async () => {
    const { page } = demo;
    await page.setViewportSize(PHONE);
    expect(await overflow(page)).toBe(0);
    await page.getByRole('button', { name: 'Settings' }).click();
    expect(await overflow(page)).toBe(0);
    const dialog = await page.getByRole('dialog').boundingBox();
    expect(dialog?.x).toBeGreaterThanOrEqual(0);
    expect((dialog?.x ?? 0) + (dialog?.width ?? 0)).toBeLessThanOrEqual(PHONE.width);
    await page.keyboard.press('Escape');
    expect(demo.complaints).toEqual([]);
  });
});

describe('a conversation by the keyboard alone', () => {
  let demo: Demo;
  beforeAll(async () => {
    demo = await openDemo();
  });
  afterAll(() => demo.close());

  test('a typed question is answered on the screen and aloud', async () => {
    const { page } = demo;
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the text box');
    await page.keyboard.press('Enter');
    await page.keyboard.type(QUESTION);
    await page.keyboard.press('Enter');

    await page.locator('.latency').waitFor({ timeout: TURN_MS });
    const [asked, answered] =
      (await page.evaluate(() => globalThis.voiceSession?.getSnapshot().messages)) ?? [];
    expect(asked).toMatchObject({ role: 'user', text: QUESTION, status: 'complete' });
    expect(answered).toMatchObject({ role: 'assistant', status: 'complete' });
    expect(answered?.text.trim()).not.toBe('');
    expect(await page.locator('.caption[data-role="user"] .words').innerText()).toBe(QUESTION);
    expect(await lastAnswer(page).locator('.words').innerText()).toBe(answered?.text.trim());
  }, 300_000);

  test('the line below tells the milliseconds of each step, and they add up', async () => {
    const { page } = demo;
    const steps = await page.locator('.latency-step').allInnerTexts();
    expect(steps).toEqual(['first token', 'first audio']);
    const read = async (selector: string) =>
      (await page.locator(selector).allInnerTexts()).map((text) =>
        Number(/(\d[\d\u202f]*) ms/.exec(text)?.[1]?.replace(/\u202f/g, '')),
      );
    const [sum] = await read('.latency-sum');
    const parts = await read('.latency-ms');
    const timings = await page.evaluate(() => globalThis.voiceSession?.getSnapshot().lastTurn?.timings);
    expect(sum).toBe(Math.round((timings?.firstAudioMs ?? 0) - (timings?.endOfTurnMs ?? 0)));
    expect(Math.abs(parts.reduce((a, b) => a + b, 0) - (sum ?? 0))).toBeLessThanOrEqual(1);
  });

  test('screen readers are told each sentence once', async () => {
    const told = await demo.page.locator('#announcements p').allInnerTexts();
    expect(told[0]).toBe(`You: ${QUESTION}`);
    const answer = (await lastAnswer(demo.page).locator('.words').innerText()).replace(/\s+/g, ' ');
    const rest = told.slice(1).map((line) => line.replace(/^Assistant: /, ''));
    expect(rest.join(' ')).toBe(answer);
  });

  test('markup that somebody types stays text', async () => {
    const { page } = demo;
    await page.keyboard.type('<img src=x onerror="globalThis.broken = true"> Say hello.');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.latency').count(), { timeout: TURN_MS }).toBe(2);
    expect(await page.locator('.captions img').count()).toBe(0);
    expect(await page.locator('.caption[data-role="user"] .words').last().innerText()).toContain(
      '<img src=x',
    );
  }, 300_000);

  test('Escape interrupts what is being said, and the answer is marked', async () => {
    const { page } = demo;
    await page.keyboard.type('Tell me a long story about a fox and a bear.');
    await page.keyboard.press('Enter');
    await page.locator('body[data-mood="speaking"]').waitFor({ timeout: TURN_MS });
    expect(await page.getByRole('button', { name: 'Interrupt' }).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await page.locator('body[data-mood="idle"]').waitFor();
    expect(await lastAnswer(page).getAttribute('data-status')).toBe('interrupted');
    expect(await lastAnswer(page).locator('.mark').isVisible()).toBe(true);
    expect(await page.locator('#announcements p').last().innerText()).toBe('The answer was interrupted.');
  }, 300_000);

  test.each(['light', 'dark'] as const)(
    'has no accessibility violation in %s colours',
    async (colorScheme) => {
      await demo.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await findViolations(demo.page)).toEqual([]);
    },
  );

  test('fits a phone, and the text box stays in view', async () => {
    const { page } = demo;
    await page.setViewportSize(PHONE);
    expect(await overflow(page)).toBe(0);
    const box = await page.getByLabel('Type instead of talking').boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(PHONE.height);
  });

  test('a new conversation forgets the old one, and nothing that was said is stored', async () => {
    const { page } = demo;
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(stored).not.toMatch(/France|fox/);
    await page.getByRole('button', { name: 'New conversation' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.caption').count()).toBe(0);
    expect(await page.evaluate(() => globalThis.voiceSession)).toBeUndefined();
    expect(demo.complaints).toEqual([]);
  });
});

test('a refused microphone is explained, typing works, and trying again works once it is allowed', async () => {
  const quiet = await makeMicrophoneWav([speechFile('amiable.wav')], { leadMs: 60_000 });
  const demo = await openDemo({
    flags: ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${quiet.file}%noloop`],
  });
  try {
    const { page } = demo;
    await page.keyboard.press('Space');
    const alert = page.getByRole('alert');
    await alert.getByText('No permission for the microphone').waitFor();
    expect(await alert.innerText()).toMatch(/Allow it in the browser/);
    expect(await findViolations(page)).toEqual([]);

    await alert.getByRole('button', { name: 'Type instead' }).click();
    await page.keyboard.type(QUESTION);
    await page.keyboard.press('Enter');
    await page.locator('.latency').waitFor({ timeout: TURN_MS });
    expect((await lastAnswer(page).locator('.words').innerText()).trim()).not.toBe('');

    await demo.context.grantPermissions(['microphone']);
    await page.locator('#talk').click();
    await page.locator('body[data-mood="listening"]').waitFor({ timeout: TURN_MS });
    await page.locator('#talk').focus();
    await page.keyboard.press('m');
    await page.locator('body[data-mood="muted"]').waitFor();
    expect(await page.getByRole('button', { name: 'Mute' }).getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('m');
    await page.keyboard.press('Enter');
    await page.locator('body[data-mood="idle"]').waitFor();
  } finally {
    await demo.close();
  }
}, 400_000);

test('a missing model file is explained, and trying again works once it is there', async () => {
  let missing = true;
  const demo = await openDemo({
    intercept: (_request, response, pathname) => {
      if (!missing || !pathname.endsWith('.gguf')) return false;
      response.writeHead(404).end();
      return true;
    },
  });
  try {
    const { page } = demo;
    await page.getByRole('button', { name: QUESTION }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('A model file is missing').waitFor({ timeout: TURN_MS });
    expect(await alert.innerText()).toMatch(/models pull/);
    missing = false;
    await alert.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.latency').waitFor({ timeout: TURN_MS });
    expect(await alert.innerText()).toBe('');
    expect(await page.locator('.caption[data-role="user"]').count()).toBe(1);
  } finally {
    await demo.close();
  }
}, 400_000);
