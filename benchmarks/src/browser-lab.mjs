import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright';
import { HEADLESS_FLAGS } from '../../scripts/lib/browser.mjs';

/** A folder for a browser's profile, which outlives the browser so that what it has stored is there the next time. */
export function makeProfile() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'runanywhere-profile-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Opens a page in a browser of its own.
 *
 * @param {{ executablePath: string, profile: string, url: string }} options
 */
export async function openLab({ executablePath, profile, url }) {
  const context = await chromium.launchPersistentContext(profile, { executablePath, args: HEADLESS_FLAGS });
  const page = await context.newPage();
  page.setDefaultTimeout(0);
  await page.goto(url);
  await page.waitForFunction(() => 'lab' in globalThis);
  const browser = context.browser();
  if (!browser) throw new Error('the browser cannot be asked for its processes');
  return {
    page,
    browserVersion: `Chromium ${browser.version()}`,
    /**
     * Calls a method of the page's `lab`.
     *
     * @param {string} name
     * @param {...any} args
     * @returns {Promise<any>}
     */
    call: (name, ...args) =>
      page.evaluate(({ name, args }) => /** @type {any} */ (globalThis).lab[name](...args), { name, args }),
    /** The most memory that the page's process ever had, in bytes; `undefined` where the system does not say. */
    peakBytes: async () => {
      const session = await browser.newBrowserCDPSession();
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      const peaks = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => peakOf(id));
      return peaks.includes(undefined) ? undefined : Math.max(...peaks.map(Number));
    },
    close: () => context.close(),
  };
}

/** @param {number} pid */
function peakOf(pid) {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found ? 1024 * Number(found[1]) : undefined;
  } catch {
    return undefined; // Only Linux has these files.
  }
}
