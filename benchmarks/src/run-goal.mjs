import { resampleClip } from '@runanywhere/audio';
import { cacheFolder, FolderModelSource } from '@runanywhere/models/node';
import { MoonshineTranscriber } from '@runanywhere/transcription';
import { GOALS } from './goals.mjs';
import { LISTENERS } from './listen.mjs';
import { describeMachine } from './machine.mjs';
import { ensurePeers } from './peers.mjs';
import { bootstrapInterval, median, rotated } from './statistics.mjs';

/**
 * Runs all contestants of a goal, one after the other, in an order that is rotated each round; the first round is dropped.
 *
 * @param {string} goal For example `'G1'`.
 * @param {{ rounds: number, executablePath: string, command: string, say: (line: string) => void }} options
 */
export async function runGoal(goal, { rounds, executablePath, command, say }) {
  const definition = GOALS[goal];
  if (!definition) throw new RangeError(`there is no goal ${goal}`);
  const { what, unit, limit, contestants, measure } = definition;
  const transcriber = new MoonshineTranscriber({ source: new FolderModelSource() });
  const tools = {
    executablePath,
    modelsFolder: cacheFolder(),
    peers: await ensurePeers(),
    transcribe: async (/** @type {Float32Array<ArrayBuffer>} */ samples) => {
      await transcriber.load();
      let text = '';
      const clip = resampleClip({ samples, sampleRateHz: 16_000, startMs: 0 }, 16_000);
      for await (const event of transcriber.transcribe(clip)) text = event.text;
      return text;
    },
  };
  /** @type {Map<string, { value: number, details: Record<string, unknown> }[]>} */
  const measured = new Map(contestants.map((name) => [name, []]));
  let browserVersion = '';
  try {
    for (let round = 0; round <= rounds; round += 1) {
      for (const contestant of rotated(contestants, round)) {
        const found = await measure(contestant, tools);
        ({ browserVersion } = found);
        say(
          `${goal} round ${round === 0 ? '0, dropped' : round} ${contestant}: ${found.value} ${unit} ${JSON.stringify(found.details)}`,
        );
        if (round > 0) measured.get(contestant)?.push({ value: found.value, details: found.details });
      }
    }
  } finally {
    await transcriber.dispose();
  }
  const summaries = Object.fromEntries([...measured].map(([name, runs]) => [name, summarise(runs)]));
  const { ours, ...others } = summaries;
  if (!ours) throw new RangeError(`${goal} does not measure ours`);
  return {
    goal,
    what,
    value: ours.value,
    unit,
    interval: ours.interval,
    limit,
    met: Number(ours.interval[1]) <= limit,
    rounds,
    details: ours.details,
    peers: Object.fromEntries(
      Object.entries(others).map(([name, summary]) => [
        name,
        { version: LISTENERS[/** @type {keyof typeof LISTENERS} */ (name)].version, ...summary },
      ]),
    ),
    command,
    machine: describeMachine(browserVersion),
    date: new Date().toISOString().slice(0, 10),
  };
}

/** @param {readonly { value: number, details: Record<string, unknown> }[]} runs */
function summarise(runs) {
  const values = runs.map(({ value }) => value);
  /** @type {Record<string, number>} */
  const details = {};
  for (const key of Object.keys(runs[0]?.details ?? {}))
    details[key] = median(runs.map((run) => Number(run.details[key])));
  return { value: median(values), interval: bootstrapInterval(values), values, details };
}
