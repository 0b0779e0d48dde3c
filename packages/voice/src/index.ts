export type { SentenceSplitter } from './reply-sentences.ts';
export type { VoiceSessionEvents } from './session-events.ts';
export {
  DEFAULT_SYSTEM_PROMPT,
  type SessionOptions,
  type SessionParts,
} from './session-options.ts';
export type { LastTurn, Progress, VoiceMessage, VoiceNotice, VoiceSnapshot } from './session-snapshot.ts';
export { type MicrophoneState, VOICE_TRANSITIONS, type VoiceState } from './session-states.ts';
export { type TurnOutcome, type TurnTimings, turnWaterfall, type WaterfallRow } from './turn-timings.ts';
export { type SessionCallOptions, VoiceSession } from './voice-session.ts';
