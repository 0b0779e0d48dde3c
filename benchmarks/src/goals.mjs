import { readFileSync } from 'node:fs';
import path from 'node:path';
import { wordErrorRate } from '@runanywhere/core/word-error-rate';
import { root } from '../../scripts/lib/process.mjs';

/**
 * A goal: what is read off a run, and when it is met. All goals here are read off the same runs.
 *
 * @typedef {object} Goal
 * @property {string} name What `npm run bench` calls it.
 * @property {string} what One line for people.
 * @property {string} unit
 * @property {number} limit The upper end of our interval must not lie above it.
 * @property {(run: import('./listen.mjs').Run, tools: Tools) => Promise<Reading> | Reading} read
 *
 * @typedef {{ value: number, details: Record<string, number> }} Reading
 *
 * @typedef {object} Tools
 * @property {(samples: Float32Array<ArrayBuffer>) => Promise<string>} transcribe Moonshine tiny, in Node.
 */

const speechFile = path.join(root, 'tests/fixtures/speech/jfk.wav');
const { clips } = JSON.parse(readFileSync(path.join(root, 'tests/fixtures/speech/provenance.json'), 'utf8'));
/** @type {string} */
const said = clips.find((/** @type {{ file: string }} */ { file }) => file === 'jfk.wav').transcript;

/** What is said in every run, and when: `speakAfterMs` from the click to the first sound of the recording. */
export const SPEECH = { speechFile, speakAfterMs: 1000 };

/** @type {Record<string, Goal>} */
export const GOALS = {
  G1: {
    name: 'long-tasks',
    what: 'tasks of more than 50 ms of CPU time on the page’s thread, from load to the end of one conversation (peers: to the last utterance)',
    unit: 'tasks',
    limit: 0,
    read({ longTasks, blockedMs, longestMs, tasks }) {
      if (tasks === 0) throw new Error('the trace holds no task of the page’s scripts');
      return {
        value: longTasks,
        details: { blockedMs: Math.round(blockedMs), longestMs: Math.round(longestMs) },
      };
    },
  },
  G2: {
    name: 'words-lost',
    what: `words lost of ${said.split(' ').length} when one begins to talk ${SPEECH.speakAfterMs / 1000} s after the click that loads the models`,
    unit: 'words',
    limit: 0,
    async read(run, { transcribe }) {
      const texts = [];
      for (const { text, samples } of run.utterances)
        texts.push(samples ? await transcribe(samples) : (text ?? ''));
      const { deletions, errors } = wordErrorRate(said, texts.join(' '));
      return {
        value: deletions,
        details: { wordsWrong: errors, readyMs: Math.round(run.readyMs), utterances: texts.length },
      };
    },
  },
};
