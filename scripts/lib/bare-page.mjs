import path from 'node:path';
import { chromium } from 'playwright';
import { HEADLESS_FLAGS } from './browser.mjs';
import { installPageRecorder } from './page-recorder.mjs';
import { root } from './process.mjs';
import { serveStatic } from './static-server.mjs';

/**
 * Serves apps/bare (or another built page) with the models and opens it in a headless Chromium.
 *
 * @param {object} options
 * @param {string} options.executablePath The browser.
 * @param {string} options.modelsFolder Served at `/models/`.
 * @param {string} [options.pageFolder]
 * @param {string} [options.microphoneWav] What the fake microphone plays; without it there is no microphone permission.
 * @param {Record<string, string>} [options.headers]
 * @param {import('./static-server.mjs').Intercept} [options.intercept]
 * @param {readonly string[]} [options.flags] More browser flags.
 * @param {boolean} [options.record] Record what leaves for the loudspeaker.
 * @param {string | (() => void)} [options.initScript] Runs in the page before anything else.
 */
export async function openBarePage(options) {
  const {
    executablePath,
    modelsFolder,
    microphoneWav,
    headers = {},
    intercept,
    flags = [],
    record = true,
  } = options;
  const pageFolder = options.pageFolder ?? path.join(root, 'apps/bare/dist');
  const server = await serveStatic({
    folders: { '/': pageFolder, '/models/': modelsFolder },
    headers,
    ...(intercept && { intercept }),
  });
  const microphone = microphoneWav
    ? [
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        `--use-file-for-fake-audio-capture=${microphoneWav}%noloop`,
      ]
    : [];
  const browser = await chromium
    .launch({ executablePath, args: [...HEADLESS_FLAGS, ...microphone, ...flags] })
    .catch(async (error) => {
      await server.close();
      throw error;
    });
  const context = await browser.newContext();
  const page = await context.newPage();
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    const isOurRecorder = message.text().includes('ScriptProcessorNode is deprecated');
    if (isOurRecorder || (message.type() !== 'error' && message.type() !== 'warning')) return;
    complaints.push(`${message.type()}: ${message.text()}`);
  });
  if (record) await page.addInitScript(installPageRecorder);
  if (options.initScript) await page.addInitScript(options.initScript);
  await page.goto(`${server.origin}/`);
  return {
    browser,
    context,
    page,
    origin: server.origin,
    /** Errors and warnings that the page printed, and errors that nobody caught. */
    complaints,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/**
 * What left for the loudspeaker so far, silence at both ends cut away.
 *
 * @param {import('playwright').Page} page
 * @returns {Promise<{ samples: Float32Array<ArrayBuffer>, sampleRateHz: number }>}
 */
export async function readRecording(page) {
  // The recorder hands over two thirds of a second at a time, and one such piece late.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const recordings = await page.evaluate(() =>
    /** @type {{ recorder: { read(): { sampleRateHz: number, base64: string }[] } }} */ (
      /** @type {unknown} */ (globalThis)
    ).recorder.read(),
  );
  const clips = recordings.map(({ sampleRateHz, base64 }) => {
    const bytes = Buffer.from(base64, 'base64');
    const samples = new Float32Array(new Uint8Array(bytes).buffer);
    return { samples: trimSilence(samples, sampleRateHz), sampleRateHz };
  });
  clips.sort((a, b) => b.samples.length - a.samples.length);
  return clips[0] ?? { samples: new Float32Array(0), sampleRateHz: 24_000 };
}

/**
 * @param {Float32Array<ArrayBuffer>} samples
 * @param {number} sampleRateHz
 */
function trimSilence(samples, sampleRateHz) {
  const isSound = (/** @type {number} */ sample) => Math.abs(sample) > 1e-4;
  const first = samples.findIndex(isSound);
  if (first < 0) return samples.slice(0, 0);
  const margin = Math.round(sampleRateHz * 0.2);
  return samples.slice(Math.max(0, first - margin), samples.findLastIndex(isSound) + margin);
}
