import path from 'node:path';
import { chromium } from 'playwright';
import { HEADLESS_FLAGS } from '../../scripts/lib/browser.mjs';
import { root } from '../../scripts/lib/process.mjs';
import { ISOLATION_HEADERS, serveStatic } from '../../scripts/lib/static-server.mjs';
import { makeProfile, openLab } from './browser-lab.mjs';
import { buildLab } from './build-lab.mjs';
import { ensurePeers } from './peers.mjs';
import { installSpokenMicrophone } from './spoken-microphone.mjs';
import { bootstrapInterval, median, pairedRatio, percentile, rotated } from './statistics.mjs';
import { judge, tidy } from './verdict.mjs';

const SPEECH = path.join(root, 'tests/fixtures/speech');
const SOUNDS = ['jfk.wav', 'dashwood.wav', 'amiable.wav', 'go-somewhere.wav', 'question.wav'];
const DETECTORS = /** @type {const} */ (['ours', 'ort']);
const LISTENERS = /** @type {const} */ ({ ours: '/microphone.html', 'vad-web': '/pages/vad-web.html' });

/**
 * The detector on our kernels against the same network in ONNX Runtime, hop by hop in one worker, and until a page listens against
 * vad-web.
 *
 * @param {import('./verdict.mjs').MeasureOptions} options
 * @returns {Promise<import('./verdict.mjs').Measured>}
 */
export async function measureVoiceActivity({ rounds, executablePath, modelsFolder, say }) {
  const lab = await buildLab();
  const hops = await measureHops({ lab, rounds, executablePath, modelsFolder, say });
  const ready = await measureReady({ lab, rounds, executablePath, modelsFolder, say });
  const all = { ours: hops.durations.ours.flat(), ort: hops.durations.ort.flat() };
  const medians = (/** @type {'ours' | 'ort'} */ which) => hops.durations[which].map(median);
  return {
    browserVersion: hops.browserVersion,
    verdicts: [
      judge({
        what: 'a hop of 32 ms against ONNX Runtime Web 1.30.0',
        ...pairedRatio(medians('ours'), medians('ort')),
        unit: ' ×',
        bound: 'at most',
        limit: 0.5,
      }),
      judge({
        what: 'until the page listens (microphone open, detector loaded) against vad-web 0.0.31',
        ...pairedRatio(ready.ours, ready['vad-web']),
        unit: ' ×',
        bound: 'at most',
        limit: 0.2,
      }),
      judge({
        what: `largest difference of a probability, ${hops.compared} hops of recordings and noise`,
        value: hops.difference,
        interval: [hops.difference, hops.difference],
        pairs: hops.compared,
        unit: '',
        bound: 'at most',
        limit: 1e-3,
      }),
    ],
    tables: [
      {
        title: 'One hop, same worker of an isolated page',
        columns: ['detector', 'p50, ms', 'p95, ms', 'p99, ms', 'hops', 'its own loading, ms'],
        rows: DETECTORS.map((which) => [
          which === 'ours' ? 'ours' : 'onnxruntime-web 1.30.0',
          ...[0.5, 0.95, 0.99].map((share) => tidy(percentile(all[which], share))),
          all[which].length,
          tidy(hops.loadMs[which]),
        ]),
      },
      {
        title: 'Until the page listens, each time in a fresh browser',
        columns: ['listener', 'median, ms', '95 % interval', 'runs'],
        rows: [
          ['ours', ready.ours],
          ['@ricky0123/vad-web 0.0.31, onnxruntime-web 1.30.0', ready['vad-web']],
        ].map(([name, values]) => {
          const found = /** @type {number[]} */ (values);
          return [
            String(name),
            tidy(median(found)),
            bootstrapInterval(found).map(tidy).join(' to '),
            found.length,
          ];
        }),
      },
    ],
    notes: [
      `A hop is a call of \`process()\`, promise included, on both sides. Of the time until our page listens, the detector in its worker was there after ${tidy(ready.detectorMs)} ms and the open microphone after ${tidy(ready.microphoneMs)} ms; the later of the two counts.`,
    ],
  };
}

/** @typedef {{ lab: string } & import('./verdict.mjs').MeasureOptions} Options */

async function measureHops(
  /** @type {Options} */ { lab: labFolder, rounds, executablePath, modelsFolder, say },
) {
  const server = await serveStatic({
    folders: { '/': labFolder, '/models/': modelsFolder, '/speech/': SPEECH },
    headers: ISOLATION_HEADERS, // The clock's step is 5 µs there and 100 µs elsewhere.
  });
  const profile = makeProfile();
  const lab = await openLab({ executablePath, profile: profile.folder, url: `${server.origin}/` });
  /** @type {(name: string, ...args: unknown[]) => Promise<any>} */
  const vad = (name, ...args) => lab.call('vad', [name, ...args]);
  try {
    const loadMs = { ours: await vad('load', 'ours'), ort: await vad('load', 'ort') };
    let difference = 0;
    let compared = 0;
    for (const sound of [...SOUNDS.map((name) => `/speech/${name}`), 'noise']) {
      const ours = await vad('probabilities', 'ours', sound);
      const theirs = await vad('probabilities', 'ort', sound);
      if (ours.length !== theirs.length)
        throw new Error(`${sound} has ${ours.length} and ${theirs.length} hops`);
      for (const [n, probability] of ours.entries())
        difference = Math.max(difference, Math.abs(probability - theirs[n]));
      compared += ours.length;
    }
    say(`probabilities differ by at most ${difference.toExponential(1)} over ${compared} hops`);
    const durations = { ours: /** @type {number[][]} */ ([]), ort: /** @type {number[][]} */ ([]) };
    for (let round = 0; round <= rounds; round += 1)
      for (const which of rotated(DETECTORS, round)) {
        const found = await vad('hops', which, '/speech/jfk.wav');
        if (round > 0) durations[which].push(found);
        say(`hops, round ${round === 0 ? '0, dropped' : round} ${which}: p50 ${tidy(median(found))} ms`);
      }
    return { loadMs, difference, compared, durations, browserVersion: lab.browserVersion };
  } finally {
    await lab.close();
    profile.remove();
    await server.close();
  }
}

async function measureReady(/** @type {Options} */ { lab, rounds, executablePath, modelsFolder, say }) {
  const peers = await ensurePeers();
  const server = await serveStatic({
    folders: {
      '/': lab,
      '/pages/': path.join(root, 'benchmarks/src/pages'),
      '/models/': modelsFolder,
      '/speech.wav': path.join(SPEECH, 'question.wav'),
      ...Object.fromEntries(Object.entries(peers).map(([name, folder]) => [`/${name}/`, folder])),
    },
  });
  const ready = { ours: /** @type {number[]} */ ([]), 'vad-web': /** @type {number[]} */ ([]) };
  /** @type {{ detectorMs: number, microphoneMs: number }[]} */
  const partsOfOurs = [];
  try {
    for (let round = 0; round <= rounds; round += 1)
      for (const listener of rotated(
        /** @type {(keyof typeof LISTENERS)[]} */ (Object.keys(LISTENERS)),
        round,
      )) {
        const browser = await chromium.launch({ executablePath, args: HEADLESS_FLAGS });
        try {
          const page = await browser.newPage();
          await page.addInitScript(installSpokenMicrophone);
          await page.goto(`${server.origin}${LISTENERS[listener]}`);
          const { readyMs, parts } = await page.evaluate(listenOnce);
          say(
            `listening, round ${round === 0 ? '0, dropped' : round} ${listener}: ${tidy(readyMs)} ms ${JSON.stringify(parts)}`,
          );
          if (round === 0) continue;
          ready[listener].push(readyMs);
          if (parts) partsOfOurs.push(parts);
        } finally {
          await browser.close();
        }
      }
  } finally {
    await server.close();
  }
  return {
    ...ready,
    detectorMs: median(partsOfOurs.map(({ detectorMs }) => detectorMs)),
    microphoneMs: median(partsOfOurs.map(({ microphoneMs }) => microphoneMs)),
  };
}

/** Runs in the page. */
async function listenOnce() {
  const page = /** @type {any} */ (globalThis);
  await page.microphoneReady;
  const startMs = performance.now();
  /** @type {{ detectorMs: number, microphoneMs: number } | undefined} */
  const parts = await page.listen(() => undefined);
  return { readyMs: performance.now() - startMs, parts };
}
