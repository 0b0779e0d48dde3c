import { type Clock, Emitter, type RunAnywhereError, toRunAnywhereError } from '@runanywhere/core';
import type { VoiceSessionEvents } from './session-events.ts';
import { SnapshotStore, type VoiceNotice } from './session-snapshot.ts';
import { type MicrophoneState, type TurnPhase, voiceState } from './session-states.ts';

/** What the session shows to the outside: its snapshot and its events. The state is derived here and nowhere else. */
export class SessionBoard {
  readonly store: SnapshotStore = new SnapshotStore();
  readonly events: Emitter<VoiceSessionEvents> = new Emitter();
  readonly clock: Clock;
  #phase: TurnPhase = 'none';
  #microphone: MicrophoneState = 'closed';
  #broken = false;
  /** Speech lost since troubles were last cleared. */
  #lostMs = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get phase(): TurnPhase {
    return this.#phase;
  }

  get microphone(): MicrophoneState {
    return this.#microphone;
  }

  get broken(): boolean {
    return this.#broken;
  }

  /** Sets any of the causes of the state; one snapshot and at most one event for all of them. */
  set(causes: { phase?: TurnPhase; microphone?: MicrophoneState; broken?: boolean }): void {
    this.#phase = causes.phase ?? this.#phase;
    this.#microphone = causes.microphone ?? this.#microphone;
    this.#broken = causes.broken ?? this.#broken;
    const previous = this.store.get().state;
    const state = voiceState({ phase: this.#phase, microphone: this.#microphone, broken: this.#broken });
    this.store.update({ state, microphone: this.#microphone });
    if (state !== previous) this.events.emit('state', { state, previous });
  }

  /** Shows and tells a failure; one that is shown already is not told twice. */
  report(cause: unknown): RunAnywhereError {
    const error = toRunAnywhereError(cause, 'The session');
    if (error === this.store.get().error) return error;
    this.store.update({ error });
    this.events.emit('error', error);
    return error;
  }

  /** Shows and tells a notice. */
  notify(notice: VoiceNotice): void {
    this.store.update({ notice });
    this.events.emit('notice', notice);
  }

  /** Adds up what was lost and tells the sum: at once, and then after each further second. */
  notifyLost(lostMs: number): void {
    const toldMs = this.#lostMs;
    this.#lostMs += lostMs;
    if (toldMs === 0 || Math.floor(this.#lostMs / 1000) > Math.floor(toldMs / 1000))
      this.#tellLost(this.#lostMs);
  }

  /** Tells that the microphone gives nothing but zeros. */
  notifySilent(silentMs: number): void {
    const message = `The microphone has been perfectly silent for ${Math.round(silentMs / 1000)} s. Check its switch, or choose another one.`;
    this.notify({ code: 'mic-silent', silentMs, message });
  }

  #tellLost(lostMs: number): void {
    const seconds = Math.max(0.1, Math.round(lostMs / 100) / 10);
    const message = `${seconds} s of speech were lost: nobody could take them in time. Say it again, please.`;
    this.notify({ code: 'speech-lost', lostMs, message });
  }

  /** Tells how many messages the language model is not given any more. */
  notifyShortened(droppedMessages: number): void {
    const message = `The conversation is longer than the language model can hold. It forgets its oldest messages (${droppedMessages} this time).`;
    this.notify({ code: 'history-shortened', droppedMessages, message });
  }

  /** Takes the last failure and notice off the board: something new begins. */
  clearTroubles(): void {
    this.#lostMs = 0;
    this.store.update({ error: undefined, notice: undefined });
    this.set({ broken: false });
  }
}
