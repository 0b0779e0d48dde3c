export {
  getMicrophone,
  listMicrophones,
  type MicrophoneConstraints,
  requireMicrophoneAccess,
  watchMicrophones,
} from './get-microphone.ts';
export { Microphone, type MicrophoneEvents, type MicrophoneOptions } from './microphone.ts';
export { receiveCapture } from './receive-capture.ts';
export { Resampler, type ResamplerOptions, resampleClip } from './resampler.ts';
export { SampleBacklog } from './sample-backlog.ts';
export { SampleRing } from './sample-ring.ts';
export {
  defaultSegmenterOptions,
  Segmenter,
  type SegmenterEvent,
  type SegmenterFrame,
  type SegmenterOptions,
} from './segmenter.ts';
export { SpeakerOutput, type SpeakerOutputOptions } from './speaker-output.ts';
export {
  UtteranceDetector,
  type UtteranceDetectorEvents,
  type UtteranceDetectorInput,
  type UtteranceDetectorOptions,
  type UtteranceEndReason,
} from './utterance-detector.ts';
export { readWav, type WavClip, writeWav } from './wav.ts';
export type { CaptureBatch, CaptureRelease } from './worklet-messages.ts';
