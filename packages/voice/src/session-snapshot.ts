import type { LoadProgress, RunAnywhereError } from '@runanywhere/core';
import type { MicrophoneState, VoiceState } from './session-states.ts';
import type { TurnOutcome, TurnTimings } from './turn-timings.ts';

/** One message of the conversation, as a screen shows it. */
export interface VoiceMessage {
  /** Counts from 1 and never changes: a key for lists. */
  readonly id: number;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /**
   * `partial`: still growing or still being spoken. `complete`: all of it was said. `interrupted`: cut short; the text
   * holds the sentences that were at least begun to be heard.
   */
  readonly status: 'partial' | 'complete' | 'interrupted';
}

/** How far loading has come, all models together. None of its sums ever shrinks during one load. */
export interface Progress {
  /** Every file that has been heard of, in the order in which they came. */
  readonly files: readonly (LoadProgress & { readonly modelId: string })[];
  /** Bytes of all files that have arrived and match their digest. */
  readonly loadedBytes: number;
  /** Bytes of all files heard of so far. Grows while engines name their files, so draw a bar only from both. */
  readonly totalBytes: number;
}

/** Something worth telling the person that is no failure. */
export type VoiceNotice =
  /** Speech could not be kept: nobody could take it in time. `lostMs` is all that was lost since the last start or turn. */
  | { readonly code: 'speech-lost'; readonly lostMs: number; readonly message: string }
  /** Nothing but digital zeros has come from the microphone for so long: a muted switch, the wrong device. */
  | { readonly code: 'mic-silent'; readonly silentMs: number; readonly message: string }
  /** The oldest messages no longer fit into the language model's context and are not given to it any more. */
  | { readonly code: 'history-shortened'; readonly droppedMessages: number; readonly message: string };

/** The turn that ended last. */
export interface LastTurn {
  /** Counts the turns of the session from 1. */
  readonly turn: number;
  readonly outcome: TurnOutcome;
  readonly timings: TurnTimings;
}

/** What a screen needs to draw the conversation. A new object with each change, never mutated. */
export interface VoiceSnapshot {
  readonly state: VoiceState;
  /** Set while models load; independent of `state`, since the microphone opens first. */
  readonly loading: Progress | undefined;
  readonly muted: boolean;
  readonly microphone: MicrophoneState;
  readonly messages: readonly VoiceMessage[];
  /** The last failure; cleared by the next `start()`, `sendText()`, `say()` or turn. */
  readonly error: RunAnywhereError | undefined;
  /** The last notice; cleared like `error`. */
  readonly notice: VoiceNotice | undefined;
  readonly lastTurn: LastTurn | undefined;
}

/** The snapshot of a session that has not begun. */
export const initialSnapshot: VoiceSnapshot = Object.freeze({
  state: 'idle',
  loading: undefined,
  muted: false,
  microphone: 'closed',
  messages: Object.freeze([]),
  error: undefined,
  notice: undefined,
  lastTurn: undefined,
});

/** Holds one snapshot and tells its subscribers of each new one: the contract of React's `useSyncExternalStore`. */
export class SnapshotStore {
  #snapshot: VoiceSnapshot = initialSnapshot;
  readonly #listeners = new Set<() => void>();

  /** The same object until something changes. */
  readonly get = (): VoiceSnapshot => this.#snapshot;

  /** Calls `listener` after each change. Returns the function that stops it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    // A wrapper, so that one function subscribed twice is two subscriptions.
    const entry = (): void => listener();
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  };

  /** Makes a new snapshot where `change` differs from the present one; otherwise nothing happens. */
  update(change: Partial<VoiceSnapshot>): void {
    const keys = Object.keys(change) as (keyof VoiceSnapshot)[];
    if (keys.every((key) => Object.is(change[key], this.#snapshot[key]))) return;
    this.#snapshot = Object.freeze({ ...this.#snapshot, ...change });
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Forgets the subscribers. */
  clear(): void {
    this.#listeners.clear();
  }
}
