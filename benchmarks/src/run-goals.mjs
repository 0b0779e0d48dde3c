import { cacheFolder, FolderModelSource } from '@runanywhere/models/node';
import { MoonshineTranscriber } from '@runanywhere/transcription';
import { GOALS, SPEECH } from './goals.mjs';
import { LISTENERS, listenOnce } from './listen.mjs';
import { describeMachine } from './machine.mjs';
import { ensurePeers } from './peers.mjs';
import { bootstrapInterval, median, rotated } from './statistics.mjs';

/** Who is measured for every goal. */
const CONTESTANTS = /** @type {import('./listen.mjs').Listener[]} */ (Object.keys(LISTENERS));

/**
 * Runs all contestants, one after the other, in an order that is rotated each round, and reads every goal off the same runs; the
 * first round is dropped.
 *
 * @param {readonly string[]} goals For example `['G1', 'G2']`.
 * @param {{ rounds: number, executablePath: string, command: (goal: string) => string, say: (line: string) => void }} options
 */
export async function runGoals(goals, { rounds, executablePath, command, say }) {
  const definitions = goals.map((goal) => {
    const definition = GOALS[goal];
    if (!definition) throw new RangeError(`there is no goal ${goal}`);
    return {
      goal,
      ...definition,
      readings: new Map(
        CONTESTANTS.map((name) => [name, /** @type {import('./goals.mjs').Reading[]} */ ([])]),
      ),
    };
  });
  const places = { executablePath, modelsFolder: cacheFolder(), peers: await ensurePeers(), ...SPEECH };
  const transcriber = new MoonshineTranscriber({ source: new FolderModelSource() });
  await transcriber.load();
  const transcribe = async (/** @type {Float32Array<ArrayBuffer>} */ samples) => {
    let text = '';
    for await (const event of transcriber.transcribe({ samples, sampleRateHz: 16_000, startMs: 0 }))
      text = event.text;
    return text;
  };
  let browserVersion = '';
  try {
    for (let round = 0; round <= rounds; round += 1) {
      for (const listener of rotated(CONTESTANTS, round)) {
        const run = await listenOnce({ listener, ...places });
        ({ browserVersion } = run);
        for (const { goal, unit, read, readings } of definitions) {
          const reading = await read(run, { transcribe });
          say(
            `round ${round === 0 ? '0, dropped' : round} ${listener} ${goal}: ${reading.value} ${unit} ${JSON.stringify(reading.details)}`,
          );
          if (round > 0) readings.get(listener)?.push(reading);
        }
      }
    }
  } finally {
    await transcriber.dispose();
  }
  const machine = describeMachine(browserVersion);
  const date = new Date().toISOString().slice(0, 10);
  return definitions.map(({ goal, what, unit, limit, readings }) => {
    const { ours, ...peers } = Object.fromEntries(
      [...readings].map(([name, found]) => [name, { version: LISTENERS[name].version, ...summarise(found) }]),
    );
    if (!ours) throw new RangeError('ours is not among the contestants');
    const { version: _version, interval, ...summary } = ours;
    const met = Number(interval[1]) <= limit;
    return {
      goal,
      what,
      unit,
      limit,
      ...summary,
      interval,
      met,
      rounds,
      peers,
      command: command(goal),
      machine,
      date,
    };
  });
}

/** @param {readonly import('./goals.mjs').Reading[]} runs */
function summarise(runs) {
  const values = runs.map(({ value }) => value);
  /** @type {Record<string, number>} */
  const details = {};
  for (const key of Object.keys(runs[0]?.details ?? {}))
    details[key] = median(runs.map((run) => Number(run.details[key])));
  return { value: median(values), interval: bootstrapInterval(values), values, details };
}
