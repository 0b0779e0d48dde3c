import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Makes the file that Chromium’s fake microphone plays: the clips of `files` one after the other, with silence around them. The
 * fake microphone begins when the page asks for it and is silent after the end of the file.
 *
 * @param {readonly string[]} files WAV files of any kind.
 * @param {{ leadMs?: number, gapMs?: number, tailMs?: number }} [options] Silence before, between and after.
 * @returns {Promise<{ file: string, durationMs: number }>}
 */
export async function makeMicrophoneWav(files, { leadMs = 2000, gapMs = 1500, tailMs = 4000 } = {}) {
  const { readWav, resampleClip, writeWav } = await import('@runanywhere/audio');
  const sampleRateHz = 48_000;
  // A quiet room is not digital silence: with it, the first frame that arrives can be told from a device that is still starting.
  const silence = (/** @type {number} */ ms) =>
    Float32Array.from(
      { length: Math.round((ms * sampleRateHz) / 1000) },
      (_, n) => (((n * 7919) % 101) / 50 - 1) * 3e-4,
    );
  /** @type {Float32Array[]} */
  const parts = [silence(leadMs)];
  for (const [index, file] of files.entries()) {
    if (index > 0) parts.push(silence(gapMs));
    parts.push(resampleClip(readWav(new Uint8Array(readFileSync(file))), sampleRateHz).samples);
  }
  parts.push(silence(tailMs));
  const samples = joinSamples(parts);
  const folder = path.join(os.tmpdir(), 'runanywhere-microphone');
  mkdirSync(folder, { recursive: true });
  made += 1;
  const file = path.join(folder, `${process.pid}-${made}.wav`);
  writeFileSync(file, writeWav({ samples, sampleRateHz }));
  return { file, durationMs: (samples.length * 1000) / sampleRateHz };
}

let made = 0;

/**
 * @param {readonly Float32Array[]} parts
 * @returns {Float32Array<ArrayBuffer>}
 */
export function joinSamples(parts) {
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return samples;
}
