import type { AudioClip } from '../audio-clip.ts';
import type { ModelManifest } from '../model-source.ts';
import { silentTelemetry } from '../telemetry.ts';
import {
  describeLanguageModel,
  describeModelSource,
  describeSynthesizer,
  describeTelemetrySink,
  describeTranscriber,
  describeTurnDetector,
  describeVoiceActivityDetector,
} from './index.ts';
import { MemoryModelSource } from './memory-model-source.ts';
import { RecordingTelemetry } from './recording-telemetry.ts';
import {
  ScriptedLanguageModel,
  ScriptedSynthesizer,
  ScriptedTranscriber,
  ScriptedTurnDetector,
  ScriptedVoiceActivityDetector,
} from './scripted-engines.ts';

const speech: AudioClip = { samples: new Float32Array(16_000).fill(0.5), sampleRateHz: 16_000, startMs: 0 };
const manifest: ModelManifest = {
  id: 'tiny',
  role: 'runtime',
  licence: 'MIT',
  languages: 'any',
  memoryBytes: 3,
  files: [{ name: 'model.bin', sizeBytes: 3, sha256: '', chunkSha256: [] }],
};

describeTranscriber(() => new ScriptedTranscriber({ delayMs: 5 }), { speech: () => speech });
describeLanguageModel(
  () => new ScriptedLanguageModel({ replies: ['I am a voice, and I like to talk with you.'], tokenMs: 2 }),
);
describeSynthesizer(() => new ScriptedSynthesizer({ delayMs: 5 }));
describeVoiceActivityDetector(() => new ScriptedVoiceActivityDetector());
describeTurnDetector(() => new ScriptedTurnDetector());
describeModelSource(
  () => new MemoryModelSource({ tiny: { 'model.bin': new Blob(['abc']) } }),
  () => manifest,
);
describeTelemetrySink(() => new RecordingTelemetry());
describeTelemetrySink(() => silentTelemetry);
