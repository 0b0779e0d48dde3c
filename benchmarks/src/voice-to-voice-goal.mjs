import path from 'node:path';
import { chromium } from 'playwright';
import { HEADLESS_FLAGS } from '../../scripts/lib/browser.mjs';
import { root } from '../../scripts/lib/process.mjs';
import { serveStatic } from '../../scripts/lib/static-server.mjs';
import { bootstrapInterval, median, pairedRatio, percentile, rotated } from './statistics.mjs';
import { judge, tidy } from './verdict.mjs';
import { firstSoundMs, lastSpeechMs } from './waveform.mjs';
import { installWaveformRecorder } from './waveform-recorder.mjs';

const RUNTIMES = /** @type {const} */ (['kernel', 'wllama']);
/** Spoken by the SDK's own voice: see tests/fixtures/speech/provenance.json. */
const QUESTION = 'tests/fixtures/speech/question.wav';
const TURNS = 3;
/** A reply is heard from here on, in dBFS. */
const AUDIBLE_DB = -60;
/** The voice plays from here on: before it there is digital silence. */
const PLAYS_DB = -100;
/** The question lasts as long as it is within this many dB of its loudest. */
const SPEECH_WITHIN_DB = 35;

/**
 * @typedef {object} TurnReading
 * @property {number} voiceToVoiceMs Off the waveform.
 * @property {number} quietMs What the voice plays before its first audible sample.
 * @property {number} timersDifferMs How much more than the session's own timers say, the quiet beginning left out.
 * @property {Record<string, number>} steps Milliseconds since the last speech, by the session's timers.
 * @property {string} heard
 * @property {string} answered
 */

/**
 * A short spoken question, answered aloud: from the last sample of speech in to the first audible sample out.
 *
 * @param {import('./verdict.mjs').MeasureOptions} options
 * @returns {Promise<import('./verdict.mjs').Measured>}
 */
export async function measureVoiceToVoice({ rounds, executablePath, modelsFolder, say }) {
  const server = await serveStatic({
    folders: {
      '/': path.join(root, 'apps/bare/dist'),
      '/models/': modelsFolder,
      '/speech.wav': path.join(root, QUESTION),
    },
  });
  const readings = { kernel: /** @type {TurnReading[]} */ ([]), wllama: /** @type {TurnReading[]} */ ([]) };
  let browserVersion = '';
  try {
    for (let round = 0; round <= rounds; round += 1)
      for (const runtime of rotated(RUNTIMES, round)) {
        const run = await talk({ runtime, executablePath, origin: server.origin });
        ({ browserVersion } = run);
        for (const [n, turn] of run.turns.entries())
          say(
            `round ${round === 0 ? '0, dropped' : round} ${runtime}, turn ${n + 1}: ${tidy(turn.voiceToVoiceMs)} ms, ${tidy(turn.timersDifferMs)} ms more than the timers, ${tidy(turn.quietMs)} ms quiet ${JSON.stringify(turn.steps)} “${turn.heard}” “${turn.answered}”`,
          );
        if (round > 0) readings[runtime].push(...run.turns);
      }
  } finally {
    await server.close();
  }
  const totals = (/** @type {keyof typeof readings} */ runtime) =>
    readings[runtime].map(({ voiceToVoiceMs }) => voiceToVoiceMs);
  const ours = totals('kernel');
  const names = { kernel: 'our kernels', wllama: 'wllama 3.8.1' };
  return {
    browserVersion,
    verdicts: [
      judge({
        what: 'voice to voice with our kernels, p50',
        value: median(ours),
        interval: bootstrapInterval(ours),
        pairs: ours.length,
        unit: ' ms',
        bound: 'at most',
        limit: 1000,
      }),
      judge({
        what: 'voice to voice with our kernels against the same session with wllama',
        ...pairedRatio(ours, totals('wllama')),
        unit: ' ×',
        bound: 'at most',
        limit: 1,
      }),
    ],
    tables: [
      {
        title: `Off the waveform, ${TURNS} turns in each fresh browser`,
        columns: [
          'language model',
          'p50, ms',
          '95 % interval',
          'p95, ms',
          'first turns, p50',
          'turns',
          'quiet beginning of the voice, median',
          'waveform less timers and quiet, median',
        ],
        rows: RUNTIMES.map((runtime) => [
          names[runtime],
          tidy(median(totals(runtime))),
          bootstrapInterval(totals(runtime)).map(tidy).join(' to '),
          tidy(percentile(totals(runtime), 0.95)),
          tidy(median(totals(runtime).filter((_, n) => n % TURNS === 0))),
          totals(runtime).length,
          `${tidy(median(readings[runtime].map(({ quietMs }) => quietMs)))} ms`,
          `${tidy(median(readings[runtime].map(({ timersDifferMs }) => timersDifferMs)))} ms`,
        ]),
      },
      {
        title: 'The waterfall by the session’s timers, medians in ms since the last speech',
        columns: ['language model', 'end of turn', 'transcript', 'first token', 'first audio'],
        rows: RUNTIMES.map((runtime) => [
          names[runtime],
          ...['end of turn', 'transcript', 'first token', 'first audio'].map((step) =>
            tidy(median(readings[runtime].map(({ steps }) => Number(steps[step])))),
          ),
        ]),
      },
    ],
    notes: [
      `The question is ${QUESTION}; speech ends where it falls ${SPEECH_WITHIN_DB} dB below its loudest, the reply begins above ${AUDIBLE_DB} dBFS. Everything is recorded in one audio context; what leaves for the loudspeaker reaches it over a media stream, whose delay counts against us.`,
    ],
  };
}

/**
 * One conversation in a fresh browser, models loaded before the first question.
 *
 * @param {{ runtime: 'kernel' | 'wllama', executablePath: string, origin: string }} options
 */
async function talk({ runtime, executablePath, origin }) {
  const browser = await chromium.launch({ executablePath, args: HEADLESS_FLAGS });
  try {
    const page = await browser.newPage();
    await page.addInitScript(installWaveformRecorder);
    await page.goto(`${origin}/`);
    await page.waitForFunction(() => 'runanywhere' in globalThis);
    const { turns, waveforms } = await page.evaluate(converse, { runtime, turns: TURNS });
    const decode = (/** @type {string} */ base64) =>
      new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);
    const { sampleRateHz } = waveforms;
    const speech = decode(waveforms.speech);
    const reply = decode(waveforms.reply);
    return {
      browserVersion: `Chromium ${browser.version()}`,
      turns: turns.map(({ said, waterfall, heard, answered }, n) => {
        const nextMs = turns[n + 1]?.said.fromMs ?? Number.POSITIVE_INFINITY;
        const spokenMs = lastSpeechMs({ samples: speech, sampleRateHz, ...said }, SPEECH_WITHIN_DB);
        if (spokenMs === undefined) throw new Error('the question is not in the recording');
        const answer = { samples: reply, sampleRateHz, fromMs: spokenMs, toMs: nextMs };
        const answeredMs = firstSoundMs(answer, AUDIBLE_DB);
        const playsMs = firstSoundMs(answer, PLAYS_DB);
        if (answeredMs === undefined || playsMs === undefined)
          throw new Error('the reply is not in the recording');
        /** @type {Record<string, number>} */
        const steps = Object.fromEntries(
          waterfall.map(({ step, sinceStartMs }) => [step, Math.round(sinceStartMs)]),
        );
        const voiceToVoiceMs = answeredMs - spokenMs;
        return {
          voiceToVoiceMs,
          quietMs: answeredMs - playsMs,
          timersDifferMs: playsMs - spokenMs - Number(steps['first audio']),
          steps,
          heard,
          answered,
        };
      }),
    };
  } finally {
    await browser.close();
  }
}

/**
 * Runs in the page.
 *
 * @param {{ runtime: 'kernel' | 'wllama', turns: number }} options
 */
async function converse({ runtime, turns: count }) {
  const page = /** @type {any} */ (globalThis);
  const session = page.runanywhere.createVoiceSession({
    modelsUrl: '/models/',
    models: { languageModelRuntime: runtime },
    systemPrompt: 'You are a voice assistant. Answer in one short sentence.',
  });
  const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
  await page.microphoneReady;
  await session.load();
  await session.start();
  /** @type {{ said: { fromMs: number, toMs: number }, waterfall: { step: string, sinceStartMs: number }[], heard: string, answered: string }[]} */
  const turns = [];
  for (let n = 0; n < count; n += 1) {
    await wait(1000);
    const ended = new Promise((resolve, reject) => {
      session.on('turn-end', (/** @type {any} */ event) => {
        if (event.outcome === 'done') resolve(event);
      });
      session.on('error', reject);
      setTimeout(() => reject(new Error('no answer within 60 s')), 60_000);
    });
    const said = await page.speak(200);
    const { timings } = /** @type {any} */ (await ended);
    const messages = session.getSnapshot().messages;
    turns.push({
      said,
      waterfall: [...page.runanywhere.turnWaterfall(timings)],
      heard: messages.at(-2)?.text ?? '',
      answered: messages.at(-1)?.text ?? '',
    });
  }
  await wait(300);
  const waveforms = page.readWaveforms();
  await session.dispose();
  return { turns, waveforms };
}
