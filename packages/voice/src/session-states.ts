/**
 * What a session is doing, as a person would say it.
 *
 * - `idle`: the microphone is closed and nothing is being answered.
 * - `listening`: the microphone is open; whoever speaks is heard (kept, while the models still load).
 * - `thinking`: something was said or typed and its answer cannot be heard yet.
 * - `speaking`: an answer can be heard.
 * - `failed`: starting failed or the microphone went away; `error` says why, `start()` tries again, typing works.
 */
export type VoiceState = 'idle' | 'listening' | 'thinking' | 'speaking' | 'failed';

/** Whether the microphone gives sound. */
export type MicrophoneState = 'closed' | 'opening' | 'open';

/** How far the turn in progress has come; `none` between turns. */
export type TurnPhase = 'none' | 'thinking' | 'speaking';

/** Which states may follow each state, and nothing else: the table of the guide, held by a property test. */
export const VOICE_TRANSITIONS: Readonly<Record<VoiceState, readonly VoiceState[]>> = {
  idle: ['listening', 'thinking', 'failed'],
  listening: ['thinking', 'idle', 'failed'],
  thinking: ['speaking', 'listening', 'idle', 'failed'],
  speaking: ['thinking', 'listening', 'idle', 'failed'],
  failed: ['listening', 'thinking', 'idle'],
};

/** The state that follows from its three causes. A turn in progress outweighs a lost microphone: its reply goes on. */
export function voiceState(causes: {
  readonly phase: TurnPhase;
  readonly microphone: MicrophoneState;
  readonly broken: boolean;
}): VoiceState {
  if (causes.phase !== 'none') return causes.phase;
  if (causes.broken) return 'failed';
  return causes.microphone === 'open' ? 'listening' : 'idle';
}
