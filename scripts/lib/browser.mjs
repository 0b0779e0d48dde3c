import { existsSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mustRun, root, run, StepError } from './process.mjs';

const USUAL_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Flags for a browser without a window, a person or the open internet. */
export const HEADLESS_FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** A browser that is already on this machine: CHROME_PATH, the usual places, Playwright's cache. */
export function findBrowser() {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new StepError(
      `CHROME_PATH names ${named}, which does not exist.`,
      'Correct it, or unset it to have a browser looked up.',
    );
  }
  return USUAL_PATHS.find((file) => existsSync(file)) ?? inPlaywrightCache();
}

/**
 * The path of a Chromium; installs one when there is none.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export async function ensureBrowser(say) {
  const found = findBrowser();
  if (found) return found;

  say('No browser found. Installing Chromium with Playwright …');
  const playwright = path.join(root, 'node_modules', 'playwright', 'cli.js');
  const installed = await run(process.execPath, [playwright, 'install', 'chromium'], { log: 'browser.log' });
  const downloaded = installed.code === 0 ? inPlaywrightCache() : undefined;
  if (downloaded) return downloaded;

  const isDebianRoot = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
  if (isDebianRoot) {
    say('Playwright could not download one. Installing Debian’s Chromium …');
    const todo = 'Install a Chromium by hand and name it in CHROME_PATH. The log is reports/browser.log.';
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await mustRun('apt-get update failed', todo, 'apt-get', ['update'], { log: 'browser.log', env });
    const install = ['install', '-y', '--no-install-recommends', 'chromium'];
    await mustRun('Chromium could not be installed', todo, 'apt-get', install, { log: 'browser.log', env });
    const debian = findBrowser();
    if (debian) return debian;
  }
  throw new StepError(
    'There is no Chromium, and none could be installed.',
    'Install Chrome, Edge or Chromium (on Debian: sudo apt-get install chromium), or name one in CHROME_PATH.',
  );
}

function inPlaywrightCache() {
  const caches = [
    process.env.PLAYWRIGHT_BROWSERS_PATH,
    path.join(os.homedir(), '.cache', 'ms-playwright'),
    path.join(os.homedir(), 'Library', 'Caches', 'ms-playwright'),
    path.join(os.homedir(), 'AppData', 'Local', 'ms-playwright'),
  ];
  const inside = [
    'chrome-linux/chrome',
    'chrome-linux64/chrome',
    'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
    'chrome-win/chrome.exe',
    'chrome-win64/chrome.exe',
  ];
  for (const cache of caches) {
    if (!cache || !existsSync(cache)) continue;
    const versions = readdirSync(cache).filter((name) => /^chromium-\d+$/.test(name));
    for (const version of versions.sort().reverse()) {
      const file = inside
        .map((part) => path.join(cache, version, part))
        .find((candidate) => existsSync(candidate));
      if (file) return file;
    }
  }
  return undefined;
}
