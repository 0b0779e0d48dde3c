export { SileroVad, type SileroVadOptions } from './silero-vad.ts';
