import {
  Emitter,
  RunAnywhereError,
  type SpeechInputEvents,
  toRunAnywhereError,
  type VoiceActivityDetector,
} from '@runanywhere/core';
import { LevelMeter } from './level-meter.ts';
import { Resampler } from './resampler.ts';
import { SampleBacklog } from './sample-backlog.ts';
import { SampleRing } from './sample-ring.ts';
import { SampleTimeline } from './sample-timeline.ts';
import {
  defaultSegmenterOptions,
  Segmenter,
  type SegmenterEvent,
  type SegmenterOptions,
} from './segmenter.ts';

/** How an {@link UtteranceDetector} works. */
export interface UtteranceDetectorOptions {
  /** Takes 16 000 Hz. It may still be loading: see {@link UtteranceDetector.start}. */
  readonly vad: VoiceActivityDetector;
  /** How speech probabilities become utterances. */
  readonly segmenter?: Partial<SegmenterOptions>;
  /** How much sound waits at most for the detector; beyond, the oldest is dropped. @defaultValue 300000 (5 min, 9.6 MB) */
  readonly maxBacklogMs?: number;
  /** After so much digital silence (exact zeros) in one stretch, `digital-silence` is told. @defaultValue 10000 */
  readonly silenceNoticeMs?: number;
}

/** Why an utterance ended: silence, its length (the next one goes on where it stops), or {@link UtteranceDetector.flush}. */
export type UtteranceEndReason = Extract<SegmenterEvent, { type: 'speech-end' }>['reason'];

/** What an {@link UtteranceDetector} tells: core’s speech events, times on the clock of the frames. */
export interface UtteranceDetectorEvents
  extends Pick<
    SpeechInputEvents,
    'level' | 'speech-start' | 'speech-confirmed' | 'speech-misfire' | 'speech-lost' | 'error'
  > {
  'speech-end': SpeechInputEvents['speech-end'] & { readonly reason: UtteranceEndReason };
  /** Exact zeros for so long: the microphone is muted in hardware or dead. Told once a stretch. */
  'digital-silence': { readonly atMs: number; readonly silentMs: number };
}

/** Where a piece of sound comes from. */
export interface UtteranceDetectorInput {
  readonly sampleRateHz: number;
  /** When its first sample was captured, in milliseconds. */
  readonly startMs: number;
}

/** Somebody who waits until everything before `index` has been heard. */
interface FlushMark {
  readonly index: number;
  readonly resolve: () => void;
}

const RATE_HZ = 16_000;
const SAMPLES_PER_MS = RATE_HZ / 1000;
/** Sound that is kept for utterances to be cut from. */
const HISTORY_MS = 30_000;

/**
 * From captured sound to utterances: resamples to 16 kHz, keeps what comes before the detector is ready, runs it over
 * everything in order and cuts the utterances out. It needs no DOM and no clock: time comes in with the sound. Its memory
 * is bounded by `maxBacklogMs` and 30 s of history (or one utterance, if that may be longer).
 */
export class UtteranceDetector {
  readonly events: Emitter<UtteranceDetectorEvents> = new Emitter();
  readonly #vad: VoiceActivityDetector;
  readonly #segmenter: Segmenter;
  readonly #backlog: SampleBacklog;
  readonly #history: SampleRing;
  readonly #timeline = new SampleTimeline(RATE_HZ);
  readonly #meter = new LevelMeter(RATE_HZ);
  readonly #frame: Float32Array;
  readonly #silenceNoticeMs: number;
  #resampler: Resampler | undefined;
  #resampled = new Float32Array(0);
  /** The place in the stream of the next input sample: a little ahead of what the resampler has given. */
  #inputIndex = 0;
  #silentSamples = 0;
  readonly #marks: FlushMark[] = [];
  #started = false;
  #pumping = false;

  /** @throws {RunAnywhereError} `invalid-options` for a segmenter that makes no sense or a detector of another rate. */
  constructor(options: UtteranceDetectorOptions) {
    const { vad, maxBacklogMs = 300_000, silenceNoticeMs = 10_000 } = options;
    if (vad.sampleRateHz !== RATE_HZ) {
      throw new RunAnywhereError('invalid-options', {
        option: 'vad',
        reason: `it takes ${vad.sampleRateHz} Hz, not ${RATE_HZ}`,
      });
    }
    this.#vad = vad;
    this.#segmenter = new Segmenter(options.segmenter);
    this.#backlog = new SampleBacklog(maxBacklogMs * SAMPLES_PER_MS);
    const { maxUtteranceMs } = { ...defaultSegmenterOptions, ...options.segmenter };
    this.#history = new SampleRing(Math.max(HISTORY_MS, maxUtteranceMs + 1000) * SAMPLES_PER_MS);
    this.#frame = new Float32Array(vad.frameSamples);
    this.#silenceNoticeMs = silenceNoticeMs;
  }

  /** Takes the next piece of sound, of any length and rate; it is copied. Returns at once: hearing goes on by itself. */
  push(samples: Float32Array, { sampleRateHz, startMs }: UtteranceDetectorInput): void {
    if (this.#resampler?.fromHz !== sampleRateHz) {
      this.#endResampling();
      this.#resampler = new Resampler({ fromHz: sampleRateHz, toHz: RATE_HZ });
    }
    this.#timeline.mark(this.#inputIndex, startMs);
    this.#inputIndex += (samples.length * RATE_HZ) / sampleRateHz;
    this.#noticeSilence(samples, sampleRateHz);
    const room = this.#resampler.maxOutputSamples(samples.length);
    if (this.#resampled.length < room) this.#resampled = new Float32Array(room);
    this.#keep(this.#resampled.subarray(0, this.#resampler.push(samples, this.#resampled)));
    void this.#pump();
  }

  /** Says that the capturing side had to drop sound before the next `push`. */
  reportLoss(lostMs: number): void {
    this.events.emit('speech-lost', { lostMs });
  }

  /** The detector has loaded: hears what has waited, then what comes. Also goes on after an `error`. */
  start(): void {
    this.#started = true;
    void this.#pump();
  }

  /** Ends the utterance in progress, if there is one. Resolves when everything pushed so far has been heard, so not before {@link start}. */
  flush(): Promise<void> {
    this.#endResampling();
    return new Promise((resolve) => {
      this.#marks.push({ index: this.#backlog.endIndex, resolve });
      void this.#pump();
    });
  }

  /** Stops hearing and settles whoever waits. The detector that was handed in stays as it is. */
  dispose(): void {
    this.#started = false;
    for (const { resolve } of this.#marks.splice(0)) resolve();
    this.events.clear();
  }

  #endResampling(): void {
    const resampler = this.#resampler;
    if (!resampler) return;
    this.#resampler = undefined;
    const tail = new Float32Array(resampler.maxOutputSamples(0));
    this.#keep(tail.subarray(0, resampler.flush(tail)));
    this.#inputIndex = this.#backlog.endIndex;
  }

  #keep(samples: Float32Array): void {
    this.#meter.push(samples, (rms, endOffset) => {
      this.events.emit('level', { atMs: this.#timeOf(this.#backlog.endIndex + endOffset), rms });
    });
    const dropped = this.#backlog.append(samples);
    if (dropped > 0) this.events.emit('speech-lost', { lostMs: dropped / SAMPLES_PER_MS });
  }

  #noticeSilence(samples: Float32Array, sampleRateHz: number): void {
    const noticeSamples = (this.#silenceNoticeMs * sampleRateHz) / 1000;
    const before = this.#silentSamples;
    this.#silentSamples = samples.some((sample) => sample !== 0) ? 0 : before + samples.length;
    if (before < noticeSamples && this.#silentSamples >= noticeSamples) {
      const silentMs = (this.#silentSamples * 1000) / sampleRateHz;
      this.events.emit('digital-silence', { atMs: this.#timeOf(this.#inputIndex), silentMs });
    }
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#started && this.#hasWork()) await this.#hearNext();
    } catch (error) {
      this.#started = false;
      this.events.emit('error', toRunAnywhereError(error, this.#vad.modelId));
    } finally {
      this.#pumping = false;
    }
  }

  #hasWork(): boolean {
    return this.#marks.length > 0 || this.#backlog.endIndex - this.#backlog.startIndex >= this.#frame.length;
  }

  /** Hears one frame or serves one flush. */
  async #hearNext(): Promise<void> {
    const startIndex = this.#backlog.startIndex;
    if (startIndex !== this.#history.endIndex) this.#breakAt(startIndex);
    const mark = this.#marks[0];
    const waiting = (mark?.index ?? this.#backlog.endIndex) - startIndex;
    if (mark && waiting <= 0) {
      this.#breakAt(startIndex);
      this.#marks.shift();
      mark.resolve();
      return;
    }
    const frame = this.#frame;
    const count = this.#backlog.take(frame, Math.min(waiting, frame.length));
    frame.fill(0, count);
    const probability = await this.#vad.process(frame);
    this.#history.append(count === frame.length ? frame : frame.subarray(0, count));
    const startMs = startIndex / SAMPLES_PER_MS;
    this.#tell(this.#segmenter.push(probability, { startMs, durationMs: count / SAMPLES_PER_MS }));
  }

  /** What follows does not belong to what came before. */
  #breakAt(index: number): void {
    this.#tell(this.#segmenter.flush());
    this.#vad.reset();
    this.#history.skipTo(index);
  }

  #tell(events: readonly SegmenterEvent[]): void {
    for (const event of events) {
      const atMs = this.#timeOf(event.atMs * SAMPLES_PER_MS);
      if (event.type !== 'speech-end') {
        this.events.emit(event.type, { atMs });
        continue;
      }
      const startIndex = Math.max(Math.round(event.clipStartMs * SAMPLES_PER_MS), this.#history.oldestIndex);
      const samples = this.#history.read(startIndex, Math.round(event.clipEndMs * SAMPLES_PER_MS));
      this.events.emit('speech-end', {
        clip: { samples, sampleRateHz: RATE_HZ, startMs: this.#timeOf(startIndex) },
        lastSpeechMs: this.#timeOf(event.lastSpeechMs * SAMPLES_PER_MS),
        atMs,
        reason: event.reason,
      });
    }
  }

  #timeOf(index: number): number {
    return this.#timeline.timeOf(index) ?? index / SAMPLES_PER_MS;
  }
}
