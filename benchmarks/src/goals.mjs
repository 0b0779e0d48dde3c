import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readWav } from '@runanywhere/audio';
import { wordErrorRate } from '@runanywhere/core/word-error-rate';
import { root } from '../../scripts/lib/process.mjs';
import { listenOnce } from './listen.mjs';

/**
 * A goal: what is measured of whom, and when it is met.
 *
 * @typedef {object} Goal
 * @property {string} name What `npm run bench` calls it.
 * @property {string} what One line for people.
 * @property {string} unit
 * @property {number} limit The upper end of our interval must not lie above it.
 * @property {readonly import('./listen.mjs').Listener[]} contestants
 * @property {(contestant: import('./listen.mjs').Listener, tools: Tools) => Promise<{ value: number, details: Record<string, unknown>, browserVersion: string }>} measure
 *
 * @typedef {object} Tools
 * @property {string} executablePath
 * @property {string} modelsFolder
 * @property {Record<string, string>} peers
 * @property {(samples: Float32Array<ArrayBuffer>) => Promise<string>} transcribe Moonshine tiny, in Node.
 */

const speechFile = path.join(root, 'tests/fixtures/speech/jfk.wav');
const { clips } = JSON.parse(readFileSync(path.join(root, 'tests/fixtures/speech/provenance.json'), 'utf8'));
const said = clips.find(({ file }) => file === 'jfk.wav').transcript;
readWav(new Uint8Array(readFileSync(speechFile))); // Fails here, not in a browser, when the file is damaged.

/** From the click to the first word. */
const SPEAK_AFTER_MS = 1000;

/** @type {Record<string, Goal>} */
export const GOALS = {
  G1: {
    name: 'long-tasks',
    what: 'tasks of more than 50 ms of CPU time on the page’s thread, from load to the end of one conversation (peers: of one utterance)',
    unit: 'tasks',
    limit: 0,
    contestants: ['ours', 'moonshine-js', 'vad-web'],
    async measure(listener, tools) {
      const run = await listenOnce({ listener, speechFile, speakAfterMs: SPEAK_AFTER_MS, ...tools });
      if (run.tasks === 0) throw new Error(`the trace of ${listener} holds no task of its scripts`);
      const { longTasks, blockedMs, longestMs, tasks, browserVersion } = run;
      return {
        value: longTasks,
        details: { blockedMs: Math.round(blockedMs), longestMs: Math.round(longestMs), tasks },
        browserVersion,
      };
    },
  },
  G2: {
    name: 'words-lost',
    what: `words lost of ${said.split(' ').length} when one begins to talk ${SPEAK_AFTER_MS / 1000} s after the click that loads the models`,
    unit: 'words',
    limit: 0,
    contestants: ['ours', 'moonshine-js', 'vad-web'],
    async measure(listener, tools) {
      const run = await listenOnce({ listener, speechFile, speakAfterMs: SPEAK_AFTER_MS, ...tools });
      const texts = [];
      for (const { text, samples } of run.utterances)
        texts.push(samples ? await tools.transcribe(samples) : (text ?? ''));
      const { deletions, errors } = wordErrorRate(said, texts.join(' '));
      return {
        value: deletions,
        details: { wordsWrong: errors, readyMs: Math.round(run.readyMs), utterances: texts.length },
        browserVersion: run.browserVersion,
      };
    },
  },
};
