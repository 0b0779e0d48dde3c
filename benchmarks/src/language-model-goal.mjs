import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { serveStatic } from '../../scripts/lib/static-server.mjs';
import { makeProfile, openLab } from './browser-lab.mjs';
import { buildLab } from './build-lab.mjs';
import { readBoundWasm } from './read-bound.mjs';
import { ensureQ8File } from './requantise.mjs';
import { bootstrapInterval, median, pairedRatio, rotated } from './statistics.mjs';
import { judge, tidy } from './verdict.mjs';

/** @typedef {import('./lab/contestants.ts').Contestant} Contestant */
/** @typedef {import('./lab/contestants.ts').Reply} Reply */

const CONTESTANTS = /** @type {Contestant[]} */ (['kernel', 'kernel-simd', 'wllama-q4_1', 'wllama-q8_0']);
const PEERS = /** @type {Contestant[]} */ (['wllama-q4_1', 'wllama-q8_0']);
const NAMES = {
  kernel: 'ours',
  'kernel-simd': 'ours, plain SIMD128',
  'wllama-q4_1': 'wllama 3.8.1, Q4_1',
  'wllama-q8_0': 'wllama 3.8.1, Q8_0',
};
const Q4_1 = 'SmolLM2-135M-Instruct.Q4_1.gguf';
const Q4_1_URL = `/models/smollm2-135m-instruct-q4_1/${Q4_1}`;
const REPLY_TOKENS = 40;
const LONG_REPLY_TOKENS = 17;

/**
 * Decoding and first token of our engine against wllama: one page holds them all, each in a worker of its own.
 *
 * @param {import('./verdict.mjs').MeasureOptions} options
 * @returns {Promise<import('./verdict.mjs').Measured>}
 */
export async function measureLanguageModels({ rounds, executablePath, modelsFolder, say }) {
  const q8 = await ensureQ8File();
  const probe = mkdtempSync(path.join(os.tmpdir(), 'runanywhere-probe-'));
  writeFileSync(path.join(probe, 'read-bound.wasm'), await readBoundWasm());
  const server = await serveStatic({
    folders: {
      '/': await buildLab(),
      '/models/': modelsFolder,
      '/requantised/': q8.folder,
      '/read-bound.wasm': path.join(probe, 'read-bound.wasm'),
    },
  });
  const profile = makeProfile();
  const open = () => openLab({ executablePath, profile: profile.folder, url: `${server.origin}/` });
  try {
    await storeFiles(open, q8.name);
    const speed = await measureSpeed(open, rounds, say);
    const ready = await measureReady(open, rounds, say);
    const memory = await measureMemory(open, say);
    return { ...reportLanguageModels(speed, ready, memory), browserVersion: speed.browserVersion };
  } finally {
    profile.remove();
    rmSync(probe, { recursive: true, force: true });
    await server.close();
  }
}

/** @typedef {() => ReturnType<typeof openLab>} Open */

/** Into the origin private file system, by a browser of its own: its memory is not the engines'. */
async function storeFiles(/** @type {Open} */ open, /** @type {string} */ q8Name) {
  const lab = await open();
  try {
    await lab.call('storeFile', Q4_1_URL, Q4_1);
    await lab.call('storeFile', `/requantised/${q8Name}`, q8Name);
  } finally {
    await lab.close();
  }
}

/**
 * @param {Open} open
 * @param {number} rounds
 * @param {(line: string) => void} say
 */
async function measureSpeed(open, rounds, say) {
  const lab = await open();
  try {
    /** @param {Contestant} contestant @param {number} tokens @param {number} most @returns {Promise<Reply>} */
    const reply = (contestant, tokens, most) => lab.call('coldReply', [contestant, tokens, most]);
    const short = byContestant();
    const long = { 200: byContestant(), 800: byContestant() };
    /** @type {number[]} */
    const bounds = [];
    const bytesPerToken = await lab.call('ask', 'packedWeightBytes');
    /** @type {Partial<Record<Contestant, number>>} */
    const coldMs = {};
    for (const contestant of CONTESTANTS) {
      await lab.call('load', contestant);
      coldMs[contestant] = (await reply(contestant, 57, REPLY_TOKENS)).firstTokenMs;
    }
    for (let round = 0; round <= rounds; round += 1) {
      for (const contestant of rotated(CONTESTANTS, round)) {
        const found = await reply(contestant, 57, REPLY_TOKENS);
        const { firstTokenMs, decodeTokensPerSecond, replyTokens } = found;
        say(
          `round ${round === 0 ? '0, dropped' : round} ${contestant}: first token ${tidy(firstTokenMs)} ms, ${tidy(decodeTokensPerSecond)} tokens/s over ${replyTokens} tokens`,
        );
        if (round > 0) short[contestant].push(found);
      }
      if (round > 0) bounds.push(await lab.call('ask', 'readBound'));
    }
    // Seconds each for wllama: fewer rounds.
    const longRounds = Math.max(1, Math.ceil(rounds / 5));
    for (let round = 1; round <= longRounds; round += 1)
      for (const tokens of /** @type {const} */ ([200, 800]))
        for (const contestant of rotated(CONTESTANTS, round)) {
          const found = await reply(contestant, tokens, LONG_REPLY_TOKENS);
          say(
            `context ${tokens}, round ${round} ${contestant}: first token ${tidy(found.firstTokenMs)} ms, ${tidy(found.decodeTokensPerSecond)} tokens/s`,
          );
          long[tokens][contestant].push(found);
        }
    return { short, long, longRounds, bounds, bytesPerToken, coldMs, browserVersion: lab.browserVersion };
  } finally {
    await lab.close();
  }
}

/**
 * From the start of a worker to a loaded model, the file read from the origin private file system and digested.
 *
 * @param {Open} open
 * @param {number} rounds
 * @param {(line: string) => void} say
 */
async function measureReady(open, rounds, say) {
  const ready = Object.fromEntries(CONTESTANTS.map((name) => [name, /** @type {number[]} */ ([])]));
  const lab = await open();
  try {
    for (let round = 0; round <= rounds; round += 1)
      for (const contestant of rotated(CONTESTANTS, round)) {
        const readyMs = await lab.call('load', contestant);
        await lab.call('unload', contestant);
        say(`ready, round ${round === 0 ? '0, dropped' : round} ${contestant}: ${tidy(readyMs)} ms`);
        if (round > 0) ready[contestant]?.push(readyMs);
      }
  } finally {
    await lab.close();
  }
  return ready;
}

/**
 * The renderer's peak after loading, the reply and a prompt of 800 tokens, each engine in a browser of its own.
 *
 * @param {Open} open
 * @param {(line: string) => void} say
 * @returns {Promise<Partial<Record<Contestant | 'empty', number | undefined>>>}
 */
async function measureMemory(open, say) {
  /** @type {Partial<Record<Contestant | 'empty', number | undefined>>} */
  const peaks = {};
  for (const contestant of /** @type {const} */ (['empty', ...CONTESTANTS])) {
    const lab = await open();
    try {
      if (contestant !== 'empty') {
        await lab.call('load', contestant);
        await lab.call('coldReply', [contestant, 57, REPLY_TOKENS]);
        await lab.call('coldReply', [contestant, 800, 2]);
      }
      peaks[contestant] = await lab.peakBytes();
      say(`peak memory ${contestant}: ${megabytes(peaks[contestant])}`);
    } finally {
      await lab.close();
    }
  }
  return peaks;
}

/**
 * What the measurements say.
 *
 * @param {Omit<Awaited<ReturnType<typeof measureSpeed>>, 'browserVersion'>} speed
 * @param {Awaited<ReturnType<typeof measureReady>>} ready
 * @param {Awaited<ReturnType<typeof measureMemory>>} memory
 */
export function reportLanguageModels(
  { short, long, longRounds, bounds, bytesPerToken, coldMs },
  ready,
  memory,
) {
  const decode = (/** @type {Contestant} */ name) => short[name].map((reply) => reply.decodeTokensPerSecond);
  const first = (/** @type {Contestant} */ name) => short[name].map((reply) => reply.firstTokenMs);
  const fastest = (/** @type {(name: Contestant) => number} */ cost) =>
    PEERS.reduce((best, name) => (cost(name) < cost(best) ? name : best));
  const decodePeer = fastest((name) => -median(decode(name)));
  const firstPeer = fastest((name) => median(first(name)));
  const shares = decode('kernel').map((rate, n) => (rate * bytesPerToken) / Number(bounds[n]));
  const verdicts = [
    judge({
      what: `decoding against ${NAMES[decodePeer]}`,
      ...pairedRatio(decode('kernel'), decode(decodePeer)),
      unit: ' ×',
      bound: 'at least',
      limit: 5,
    }),
    judge({
      what: `first token of a 57-token prompt against ${NAMES[firstPeer]}`,
      ...pairedRatio(first('kernel'), first(firstPeer)),
      unit: ' ×',
      bound: 'at most',
      limit: 0.15,
    }),
    judge({
      what: 'ready from the origin private file system, digest checked',
      ...summary(ready.kernel ?? []),
      unit: ' ms',
      bound: 'at most',
      limit: 600,
    }),
    judge({
      what: `share of the read bound of one thread (${tidy(median(bounds) / 1e9)} GB/s; ${tidy(bytesPerToken / 1e6)} MB of packed weights a token)`,
      ...summary(shares),
      unit: '',
      bound: 'at least',
      limit: 0.6,
    }),
  ];
  const middle = (
    /** @type {Reply[]} */ replies,
    /** @type {'firstTokenMs' | 'decodeTokensPerSecond'} */ key,
  ) => tidy(median(replies.map((reply) => reply[key])));
  const spread = (/** @type {number[]} */ values) =>
    `${tidy(median(values))} (${bootstrapInterval(values).map(tidy).join(' to ')})`;
  return {
    verdicts,
    tables: [
      {
        title: 'One thread, same page, 57-token prompt; medians with their intervals',
        columns: [
          'engine',
          'first token, ms',
          'decoding, tokens/s',
          'ready, ms',
          'first token right after loading, ms',
          'renderer’s peak after 800 tokens',
        ],
        rows: CONTESTANTS.map((name) => [
          NAMES[name],
          spread(first(name)),
          spread(decode(name)),
          spread(ready[name] ?? []),
          tidy(Number(coldMs[name])),
          megabytes(memory[name]),
        ]),
      },
      {
        title: `Longer contexts; medians of ${longRounds}`,
        columns: [
          'engine',
          'first token at 200, ms',
          'decoding at 200, tokens/s',
          'first token at 800, ms',
          'decoding at 800, tokens/s',
        ],
        rows: CONTESTANTS.map((name) => [
          NAMES[name],
          ...[200, 800].flatMap((tokens) => {
            const replies = long[/** @type {200 | 800} */ (tokens)][name];
            return [middle(replies, 'firstTokenMs'), middle(replies, 'decodeTokensPerSecond')];
          }),
        ]),
      },
    ],
    notes: [
      `The renderer of the same page without an engine peaks at ${megabytes(memory.empty)}.`,
      `wllama as published (one thread, one sequence, 2048 tokens of context), its WASM from the server; its Q8_0 file is made from the Q4_1 file by benchmarks/src/requantise.py with gguf 0.19.0.`,
    ],
  };
}

/** @returns {Record<Contestant, Reply[]>} */
function byContestant() {
  return { kernel: [], 'kernel-simd': [], 'wllama-q4_1': [], 'wllama-q8_0': [] };
}

/** @param {number[]} values */
function summary(values) {
  return { value: median(values), interval: bootstrapInterval(values), pairs: values.length };
}

/** @param {number | undefined} bytes */
function megabytes(bytes) {
  return bytes === undefined ? '–' : `${Math.round(bytes / 1e6)} MB`;
}
