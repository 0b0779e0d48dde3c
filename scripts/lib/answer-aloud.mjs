import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openBarePage, readRecording } from './bare-page.mjs';
import { makeMicrophoneWav } from './microphone-wav.mjs';
import { root, StepError } from './process.mjs';

/** Generous: two slow cores load the models and answer. */
const TIMEOUT_MS = 180_000;

/**
 * What one spoken question brought.
 *
 * @typedef {object} SpokenAnswer
 * @property {string} heard
 * @property {string} answered
 * @property {readonly { step: string, sinceStartMs: number }[]} waterfall
 * @property {{ samples: Float32Array<ArrayBuffer>, sampleRateHz: number }} recording What left for the loudspeaker.
 */

/**
 * Plays a recording into the fake microphone of a headless browser, holds one turn of a conversation and prints it.
 *
 * @param {{ question: string, executablePath: string, modelsFolder: string }} options
 * @returns {Promise<SpokenAnswer>}
 */
export async function answerAloud({ question, executablePath, modelsFolder }) {
  const { readWav, writeWav } = await import('@runanywhere/audio');
  readWav(new Uint8Array(readFileSync(question))); // Says clearly what is wrong with it, before a browser starts.
  const microphone = await makeMicrophoneWav([question]);
  console.log(
    `Playing ${path.relative(process.cwd(), question)} into the microphone of a headless browser …`,
  );
  const bare = await openBarePage({ executablePath, modelsFolder, microphoneWav: microphone.file });
  try {
    const answer = await bare.page.evaluate(holdOneTurn, TIMEOUT_MS);
    const recording = await readRecording(bare.page);
    const file = path.join(root, 'output', 'answer.wav');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, writeWav(recording));
    print(answer, file);
    return { ...answer, recording };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new StepError(
      `No answer: ${message}`,
      [...bare.complaints, 'Try another recording with --say, or open the demo with --no-check.'].join(
        '\n  ',
      ),
    );
  } finally {
    await bare.close();
    rmSync(microphone.file, { force: true });
  }
}

/**
 * Runs in the page.
 *
 * @param {number} timeoutMs
 */
async function holdOneTurn(timeoutMs) {
  const { createVoiceSession, turnWaterfall } = globalThis.runanywhere;
  const session = createVoiceSession({
    modelsUrl: '/models/',
    systemPrompt: 'You are a voice assistant. Answer in one short sentence.',
  });
  try {
    const turn = new Promise((resolve, reject) => {
      session.on('turn-end', resolve);
      session.on('error', reject);
      setTimeout(() => reject(new Error(`nothing was answered within ${timeoutMs / 1000} s`)), timeoutMs);
    });
    await session.load();
    await session.start();
    const { timings } = await turn;
    const { messages } = session.getSnapshot();
    const textOf = (role) => messages.find((message) => message.role === role)?.text ?? '';
    return { heard: textOf('user'), answered: textOf('assistant'), waterfall: [...turnWaterfall(timings)] };
  } finally {
    // A little later, so that the recorder has the end of the reply.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await session.dispose();
  }
}

/**
 * @param {Omit<SpokenAnswer, 'recording'>} answer
 * @param {string} file
 */
function print({ heard, answered, waterfall }, file) {
  console.log(`\n  heard     ${heard}\n  answered  ${answered}\n`);
  console.log('  since the last word was spoken');
  for (const { step, sinceStartMs } of waterfall) {
    console.log(`    ${step.padEnd(12)} ${`${Math.round(sinceStartMs)} ms`.padStart(10)}`);
  }
  console.log(`\n  The spoken answer is ${path.relative(process.cwd(), file)}`);
}
