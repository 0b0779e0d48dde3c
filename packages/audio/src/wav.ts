import { type AudioClip, RunAnywhereError } from '@runanywhere/core';
import { isUsableRate } from './resampler.ts';

/** What a WAV file held. */
export interface WavClip extends AudioClip {
  /** Whether the file ends before its header says; the samples are those that are there. */
  readonly truncated: boolean;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
/** What programs write that do not know the length yet. */
const UNKNOWN_SIZES: readonly number[] = [0, 0xffff_ffff];

/** How the samples of a file are written down. */
interface WavFormat {
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bits: number;
  readonly float: boolean;
}

/**
 * Reads a WAV file: PCM of 8, 16, 24 or 32 bits, or floats of 32 or 64, at any rate. Several channels are mixed to one
 * by their mean, floats are limited to -1 … 1. A file that was cut off, or streamed without its length, gives what it
 * has. The rate stays as it is; {@link resampleClip} changes it.
 *
 * @throws {RunAnywhereError} `invalid-audio`: not a WAV, no sample in it, or an encoding that is not among these.
 */
export function readWav(bytes: ArrayBuffer | Uint8Array): WavClip {
  const view =
    bytes instanceof ArrayBuffer
      ? new DataView(bytes)
      : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength === 0) throw invalid('the file is empty');
  if (view.byteLength < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') {
    throw invalid('it is not a WAV file');
  }
  let format: WavFormat | undefined;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const name = tag(view, at);
    const sizeBytes = view.getUint32(at + 4, true);
    const body = at + 8;
    const thereBytes = view.byteLength - body;
    if (name === 'fmt ') {
      if (Math.min(sizeBytes, thereBytes) < 16) throw invalid('its format chunk is cut off');
      format = readFormat(view, body, Math.min(sizeBytes, thereBytes));
    } else if (name === 'data') {
      if (!format) throw invalid('its samples come before their format');
      const unknownSize = UNKNOWN_SIZES.includes(sizeBytes);
      const dataBytes = unknownSize ? thereBytes : Math.min(sizeBytes, thereBytes);
      const samples = readSamples(view, body, dataBytes, format);
      if (samples.length === 0) throw invalid('there is no sample in it');
      const truncated = !unknownSize && sizeBytes > thereBytes;
      return { samples, sampleRateHz: format.sampleRateHz, startMs: 0, truncated };
    }
    at = body + sizeBytes + (sizeBytes % 2); // Chunks begin at even places.
  }
  throw invalid(format ? 'there is no sample in it' : 'it ends before its samples begin');
}

/** A mono 16-bit PCM WAV file. Samples beyond -1 … 1 are clipped. */
export function writeWav(clip: Pick<AudioClip, 'samples' | 'sampleRateHz'>): Uint8Array<ArrayBuffer> {
  const { samples, sampleRateHz } = clip;
  const bytes = new Uint8Array(44 + samples.length * 2);
  const view = new DataView(bytes.buffer);
  writeTag(bytes, 0, 'RIFF');
  view.setUint32(4, 36 + samples.length * 2, true);
  writeTag(bytes, 8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  writeTag(bytes, 36, 'data');
  view.setUint32(40, samples.length * 2, true);
  for (let i = 0; i < samples.length; i++) {
    const sample = Math.round((samples[i] as number) * 32_768);
    view.setInt16(44 + i * 2, Math.min(32_767, Math.max(-32_768, sample)), true);
  }
  return bytes;
}

function readFormat(view: DataView, at: number, sizeBytes: number): WavFormat {
  let encoding = view.getUint16(at, true);
  if (encoding === EXTENSIBLE && sizeBytes >= 26) encoding = view.getUint16(at + 24, true);
  const channels = view.getUint16(at + 2, true);
  const sampleRateHz = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  const float = encoding === FLOAT;
  if (encoding !== PCM && !float) throw invalid(`its encoding ${encoding} is not PCM or float`);
  if (!(float ? [32, 64] : [8, 16, 24, 32]).includes(bits)) throw invalid(`it has ${bits} bits a sample`);
  if (channels === 0) throw invalid('it has no channels');
  if (!isUsableRate(sampleRateHz)) throw invalid(`its rate of ${sampleRateHz} Hz is none of sound`);
  return { channels, sampleRateHz, bits, float };
}

function readSamples(
  view: DataView,
  start: number,
  sizeBytes: number,
  format: WavFormat,
): Float32Array<ArrayBuffer> {
  const { channels, bits } = format;
  const sampleBytes = bits / 8;
  const count = Math.floor(sizeBytes / (channels * sampleBytes));
  const read = sampleReader(view, format);
  const samples = new Float32Array(count);
  for (let i = 0, at = start; i < count; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++, at += sampleBytes) sum += read(at);
    samples[i] = sum / channels;
  }
  return samples;
}

function sampleReader(view: DataView, { bits, float }: WavFormat): (at: number) => number {
  if (float) {
    return bits === 32 ? (at) => limit(view.getFloat32(at, true)) : (at) => limit(view.getFloat64(at, true));
  }
  switch (bits) {
    case 8:
      return (at) => (view.getUint8(at) - 128) / 128;
    case 16:
      return (at) => view.getInt16(at, true) / 32_768;
    case 24:
      return (at) => (view.getInt16(at + 1, true) * 256 + view.getUint8(at)) / 8_388_608;
    default:
      return (at) => view.getInt32(at, true) / 2_147_483_648;
  }
}

function limit(sample: number): number {
  return Number.isNaN(sample) ? 0 : Math.min(1, Math.max(-1, sample));
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}

function writeTag(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}

function invalid(reason: string): RunAnywhereError<'invalid-audio'> {
  return new RunAnywhereError('invalid-audio', { reason });
}
