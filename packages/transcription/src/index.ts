export { MoonshineTranscriber, type MoonshineTranscriberOptions } from './moonshine-transcriber.ts';
