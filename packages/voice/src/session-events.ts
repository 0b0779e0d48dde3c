import type { RunAnywhereError, SpeechInputEvents, TokenUsage } from '@runanywhere/core';
import type { LastTurn, VoiceNotice } from './session-snapshot.ts';
import type { VoiceState } from './session-states.ts';

/** What a session tells while it runs; times in milliseconds on the `performance.now()` clock. */
export interface VoiceSessionEvents {
  /** The state changed, along `VOICE_TRANSITIONS`. */
  state: { readonly state: VoiceState; readonly previous: VoiceState };
  /** Nothing that is said from `atMs` on is lost. */
  'microphone-open': SpeechInputEvents['microphone-open'];
  /** For a level meter, about 20 a second. */
  level: SpeechInputEvents['level'];
  /** Speech began, as far as can be told yet. */
  'speech-start': SpeechInputEvents['speech-start'];
  /** An utterance is over; its text follows as `transcript`. */
  'speech-end': { readonly atMs: number; readonly lastSpeechMs: number; readonly speechMs: number };
  /** What was said. With `settled: false` a guess that a later event replaces. */
  transcript: { readonly turn: number; readonly text: string; readonly settled: boolean };
  /** The next piece of the reply's text. */
  'reply-delta': { readonly turn: number; readonly text: string };
  /** The reply's text is complete; it may still be playing. `usage` is absent for `say()` and where the engine gave none. */
  'reply-end': { readonly turn: number; readonly text: string; readonly usage?: TokenUsage };
  /** The reply can be heard from `atMs` on. */
  'speaking-start': { readonly turn: number; readonly atMs: number };
  /** It cannot be heard any more; `stopped` when it was cut short. */
  'speaking-end': { readonly turn: number; readonly atMs: number; readonly stopped: boolean };
  /** Comes exactly once for each turn, after everything else of it. */
  'turn-end': LastTurn;
  notice: VoiceNotice;
  /** Also in the snapshot. The session goes on where it can. */
  error: RunAnywhereError;
}
