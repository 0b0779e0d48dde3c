import {
  type AudioClip,
  Emitter,
  RunAnywhereError,
  type SpeechOutput,
  type SpeechOutputEvents,
} from '@runanywhere/core';
import { addWorklet, makeAudioContext } from './audio-context.ts';
import { ContextClock } from './context-clock.ts';
import { ContextKeeper } from './context-keeper.ts';
import { PlaybackClock } from './playback-clock.ts';
import { PlaybackFeeder } from './playback-feeder.ts';
import { isUsableRate } from './resampler.ts';
import type { PlaybackCommand, PlaybackReport, PlaybackWorkletName } from './worklet-messages.ts';

/** How a {@link SpeakerOutput} works. */
export interface SpeakerOutputOptions {
  /** The rate of the audio context; clips that have it need no conversion. @defaultValue 24000, that of the default voice */
  readonly sampleRateHz?: number;
  /** Where `playback.worklet.js` lies, for a page that serves it elsewhere. @defaultValue beside this module */
  readonly workletUrl?: string | URL;
  /** Makes a node that hears everything which leaves, volume included, beside the loudspeaker: a recorder, a meter. */
  readonly tap?: (context: AudioContext) => AudioNode;
  /** Called when the browser holds sound back until a click, tap or key; it goes on by itself after one. */
  readonly onBlocked?: () => void;
  /** How long {@link SpeakerOutput.open} waits for that gesture, in milliseconds. @defaultValue 30000 */
  readonly gestureTimeoutMs?: number;
}

const NAME: PlaybackWorkletName = 'runanywhere-playback';
const LOOK_EVERY_MS = 100;
const VOLUME_RAMP_SECONDS = 0.01;

/** What an open output holds. */
interface OpenOutput {
  readonly context: AudioContext;
  readonly keeper: ContextKeeper;
  readonly node: AudioWorkletNode;
  readonly gain: GainNode;
  readonly played: PlaybackClock;
  readonly clock: ContextClock;
  readonly feeder: PlaybackFeeder;
  readonly timer: ReturnType<typeof setInterval>;
}

/**
 * The loudspeaker: clips are played one after the other without a gap by a worklet that also counts the samples which
 * leave, so neither a busy page nor a slow one is heard. What is queued before `open` is played after it. It starts to
 * play with the first clip that arrives: one of a few milliseconds may be over before the next is there, an underrun.
 */
export class SpeakerOutput implements SpeechOutput {
  readonly events: Emitter<SpeechOutputEvents> = new Emitter();
  readonly #options: SpeakerOutputOptions;
  readonly #disposal = new AbortController();
  readonly #early: AudioClip[] = [];
  #making: Promise<OpenOutput> | undefined;
  #disposing: Promise<void> | undefined;
  #output: OpenOutput | undefined;
  #volume = 1;

  constructor(options: SpeakerOutputOptions = {}) {
    this.#options = options;
  }

  /** How often the queue ran dry and went on within a second: gaps in a reply because speech was not made in time. */
  get underruns(): number {
    return this.#output?.played.underruns ?? 0;
  }

  /** The rate of the audio context, once it is open. */
  get sampleRateHz(): number | undefined {
    return this.#output?.context.sampleRate;
  }

  async open(): Promise<void> {
    this.#disposal.signal.throwIfAborted();
    this.#making ??= this.#make();
    const making = this.#making;
    let output: OpenOutput;
    try {
      output = await making;
    } catch (error) {
      if (this.#making === making) this.#making = undefined; // The next call tries afresh.
      throw error;
    }
    output.keeper.keep();
    await output.keeper.untilRunning(this.#options.gestureTimeoutMs ?? 30_000, this.#disposal.signal);
  }

  /** @throws {RunAnywhereError} `disposed`; `invalid-audio` for a rate that is none of sound. */
  enqueue(clip: AudioClip): void {
    this.#disposal.signal.throwIfAborted();
    if (!isUsableRate(clip.sampleRateHz)) {
      throw new RunAnywhereError('invalid-audio', { reason: `its rate is ${clip.sampleRateHz} Hz` });
    }
    if (clip.samples.length === 0) return;
    if (this.#output) this.#output.feeder.add(clip);
    else this.#early.push(clip);
  }

  playedMs(): number {
    const output = this.#output;
    if (!output) return 0;
    return (output.played.playedSamplesAt(leavingFrame(output)) * 1000) / output.context.sampleRate;
  }

  stop(): void {
    const output = this.#output;
    const unheard = this.#early.length > 0 || (output?.feeder.hasUnsent && !output.played.isOpen);
    this.#early.length = 0;
    // What the worklet never got, it cannot report.
    if (unheard) this.events.emit('playback-end', { atMs: performance.now(), playedMs: 0, stopped: true });
    if (!output) return;
    output.feeder.clear();
    post(output.node, { type: 'stop', fade: output.context.state === 'running' });
  }

  setVolume(volume: number): void {
    this.#volume = Math.max(0, volume);
    const output = this.#output;
    output?.gain.gain.setTargetAtTime(this.#volume, output.context.currentTime, VOLUME_RAMP_SECONDS);
  }

  dispose(): Promise<void> {
    this.#disposing ??= this.#dispose();
    return this.#disposing;
  }

  async #dispose(): Promise<void> {
    this.#disposal.abort(new RunAnywhereError('disposed', { what: 'The speech output' }));
    this.#early.length = 0;
    const output = await this.#making?.catch(() => undefined);
    this.#making = undefined;
    this.#output = undefined;
    if (!output) return;
    clearInterval(output.timer);
    output.feeder.clear();
    output.keeper.release();
    output.node.disconnect();
    output.node.port.close();
    this.events.clear();
    await output.context.close();
  }

  async #make(): Promise<OpenOutput> {
    const { sampleRateHz = 24_000, tap } = this.#options;
    const context = makeAudioContext({ sampleRate: sampleRateHz, latencyHint: 'interactive' });
    try {
      const url = this.#options.workletUrl ?? new URL('./playback.worklet.ts', import.meta.url);
      await addWorklet(context, 'playback', url);
      this.#disposal.signal.throwIfAborted();
      const output = this.#build(context);
      if (tap) output.gain.connect(tap(context));
      this.#output = output;
      for (const clip of this.#early.splice(0)) output.feeder.add(clip);
      return output;
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  #build(context: AudioContext): OpenOutput {
    const node = new AudioWorkletNode(context, NAME, {
      numberOfInputs: 0,
      numberOfOutputs: 1,
      outputChannelCount: [1],
    });
    const gain = new GainNode(context, { gain: this.#volume });
    node.connect(gain).connect(context.destination);
    const played = new PlaybackClock(context.sampleRate);
    const clock = new ContextClock();
    const look = (): void => {
      if (context.state === 'running') clock.add(context.currentTime * 1000, performance.now());
    };
    const output: OpenOutput = {
      context,
      node,
      gain,
      played,
      clock,
      keeper: new ContextKeeper({
        context,
        onBlocked: () => this.#options.onBlocked?.(),
        onRunning: () => {
          clock.reset();
          look();
        },
      }),
      feeder: new PlaybackFeeder({
        sampleRateHz: context.sampleRate,
        send: (samples) => {
          played.enqueued(samples.length);
          // A view of a larger buffer is copied: moving would take the rest along.
          const whole = samples.byteLength === samples.buffer.byteLength ? samples : samples.slice();
          post(node, { type: 'enqueue', samples: whole }, [whole.buffer]);
        },
        waitingMs: () => (played.waitingSamplesAt(leavingFrame(output)) * 1000) / context.sampleRate,
      }),
      timer: setInterval(look, LOOK_EVERY_MS),
    };
    node.port.onmessage = ({ data }: MessageEvent<PlaybackReport>) => this.#hear(output, data);
    return output;
  }

  #hear(output: OpenOutput, report: PlaybackReport): void {
    const { context, clock, played } = output;
    played.report(report);
    const rate = context.sampleRate;
    const atMs = clock.originMs + (report.frame / rate + latencySeconds(context)) * 1000;
    if (report.type === 'started') {
      this.events.emit('playback-start', { atMs });
      return;
    }
    const playedMs = (report.playedSamples * 1000) / rate;
    this.events.emit('playback-end', { atMs, playedMs, stopped: report.type === 'stopped' });
  }
}

/** From rendering to the ear, as far as the browser knows. */
function latencySeconds(context: AudioContext): number {
  return context.outputLatency || context.baseLatency || 0;
}

/** The frame of the context that is heard now. */
function leavingFrame({ context, clock }: OpenOutput): number {
  const running = context.state === 'running';
  const renderedSeconds = running ? (performance.now() - clock.originMs) / 1000 : context.currentTime;
  return Math.floor((renderedSeconds - latencySeconds(context)) * context.sampleRate);
}

function post(node: AudioWorkletNode, command: PlaybackCommand, transfer: Transferable[] = []): void {
  node.port.postMessage(command, transfer);
}
