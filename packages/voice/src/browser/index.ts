export {
  createVoiceSession,
  type SessionModels,
  type VoiceSessionOptions,
  type WorkerName,
  type WorkletName,
} from './create-voice-session.ts';
export {
  MicrophoneInput,
  type MicrophoneInputOptions,
  type MicrophoneLike,
  type ProcessorLike,
} from './microphone-input.ts';
