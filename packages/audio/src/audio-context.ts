import { RunAnywhereError } from '@runanywhere/core';

/**
 * A new audio context.
 *
 * @throws {RunAnywhereError} `audio-unsupported` where Web Audio or worklets are missing or no context can be had.
 */
export function makeAudioContext(options: AudioContextOptions): AudioContext {
  if (typeof AudioContext === 'undefined') throw unsupported('AudioContext');
  if (typeof AudioWorkletNode === 'undefined') throw unsupported('AudioWorklet');
  try {
    const context = new AudioContext(options);
    // Only pages of secure contexts have it.
    if (context.audioWorklet) return context;
    void context.close();
  } catch (cause) {
    throw new RunAnywhereError('audio-unsupported', { missing: 'usable AudioContext' }, { cause });
  }
  if (!globalThis.isSecureContext) {
    throw new RunAnywhereError('insecure-context', { origin: globalThis.location.origin });
  }
  throw unsupported('AudioWorklet');
}

/**
 * Loads a worklet into a context.
 *
 * @throws {RunAnywhereError} `worker-unavailable` when its file is not there or a Content-Security-Policy forbids it.
 */
export async function addWorklet(context: AudioContext, worker: string, url: string | URL): Promise<void> {
  try {
    await context.audioWorklet.addModule(url);
  } catch (cause) {
    throw new RunAnywhereError('worker-unavailable', { worker, url: String(url) }, { cause });
  }
}

function unsupported(missing: string): RunAnywhereError<'audio-unsupported'> {
  return new RunAnywhereError('audio-unsupported', { missing });
}
