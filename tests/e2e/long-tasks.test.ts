import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright';
import { build, type Plugin } from 'vite';
import { afterAll, describe, expect, test } from 'vitest';
import { openBarePage } from '../../scripts/lib/bare-page.mjs';
import { findLongTasks, TRACE_CATEGORIES } from '../../scripts/lib/long-tasks.mjs';
import { makeMicrophoneWav } from '../../scripts/lib/microphone-wav.mjs';
import { reportsFolder, root } from '../../scripts/lib/process.mjs';
import { converse } from './converse.ts';
import { browserPath, modelsFolder, speechFile } from './environment.ts';

/** Traces a page from its first script to the end of `use`. */
async function trace(name: string, use: (page: Page) => Promise<unknown>, pageFolder?: string) {
  const microphone = await makeMicrophoneWav([speechFile('amiable.wav')]);
  const bare = await openBarePage({
    executablePath: browserPath(),
    modelsFolder,
    microphoneWav: microphone.file,
    record: false,
    ...(pageFolder && { pageFolder }),
  });
  try {
    await bare.browser.startTracing(bare.page, { categories: TRACE_CATEGORIES });
    await bare.page.reload();
    await use(bare.page);
    const bytes = await bare.browser.stopTracing();
    const { traceEvents } = JSON.parse(bytes.toString());
    const found = findLongTasks(traceEvents, (url) => url.startsWith(bare.origin));
    const file = path.join(reportsFolder, `trace-${name}.json`);
    if (found.longTasks.length > 0) {
      mkdirSync(reportsFolder, { recursive: true });
      writeFileSync(file, bytes);
    }
    return { ...found, file };
  } finally {
    await bare.close();
  }
}

const slowPage = path.join(root, 'node_modules/.slow-page');
afterAll(() => rmSync(slowPage, { recursive: true, force: true }));

/** Puts a loop of 60 ms into the session’s `start()`. */
function busyLoop(): Plugin {
  let places = 0;
  return {
    name: 'busy-loop',
    transform(code, id) {
      if (!id.includes('/packages/voice/')) return null;
      return code.replace(/\bstart = async \(.*?\) => \{\n/g, (found) => {
        places += 1;
        return `${found}for (const until = performance.now() + 60; performance.now() < until;);\n`;
      });
    },
    buildEnd() {
      if (places === 0) this.error('found no start() in packages/voice');
    },
  };
}

/** Each in a task of its own: on a busy machine 60 ms on the clock may be less than 50 ms of CPU time. */
async function startTenTimes(page: Page): Promise<void> {
  for (let n = 0; n < 10; n += 1) {
    await page.evaluate(() =>
      runanywhere
        .createVoiceSession()
        .start({ signal: AbortSignal.abort() })
        .catch(() => undefined),
    );
  }
}

describe('tasks over 50 ms of CPU time on the page’s thread that the SDK causes', () => {
  test('there is none from load to the end of the reply', async () => {
    const { longTasks, ourTasks, ourLongestMs, file } = await trace('conversation', (page) =>
      converse(page, { preload: false }),
    );
    console.log(`${ourTasks} tasks ran code of the SDK, the longest ${ourLongestMs.toFixed(1)} ms`);
    expect(ourTasks).toBeGreaterThan(20);
    expect(longTasks, `the trace is ${file}`).toEqual([]);
  });

  test('a deliberate loop of 60 ms in the SDK is found', async () => {
    await build({
      root: path.join(root, 'apps/bare'),
      configFile: false,
      logLevel: 'error',
      plugins: [busyLoop()],
      build: { outDir: slowPage, emptyOutDir: true },
    });
    const { longTasks } = await trace('busy-loop', startTenTimes, slowPage);
    expect(longTasks.length).toBeGreaterThanOrEqual(1);
    expect(longTasks[0]?.cpuMs).toBeGreaterThan(50);
  });
});
