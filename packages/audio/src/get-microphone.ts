import { RunAnywhereError, toRunAnywhereError } from '@runanywhere/core';

/** Which microphone, and what the browser does to its sound. */
export interface MicrophoneConstraints {
  /** A `deviceId` from {@link listMicrophones}. @defaultValue the system's choice */
  readonly microphoneId?: string;
  /** @defaultValue true */
  readonly echoCancellation?: boolean;
  /** @defaultValue true */
  readonly noiseSuppression?: boolean;
  /** @defaultValue true */
  readonly autoGainControl?: boolean;
}

/**
 * Asks for the microphone.
 *
 * @throws {RunAnywhereError} `insecure-context`, `audio-unsupported`, `permissions-policy`, `mic-denied`, `mic-missing`, `mic-busy`.
 */
export async function getMicrophone(constraints: MicrophoneConstraints): Promise<MediaStream> {
  requireMicrophoneAccess();
  const {
    microphoneId,
    echoCancellation = true,
    noiseSuppression = true,
    autoGainControl = true,
  } = constraints;
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: {
        echoCancellation,
        noiseSuppression,
        autoGainControl,
        ...(microphoneId !== undefined && { deviceId: { exact: microphoneId } }),
      },
    });
  } catch (cause) {
    throw await explain(cause, microphoneId);
  }
}

/**
 * What can be known without asking anybody.
 *
 * @throws {RunAnywhereError} `insecure-context`, `audio-unsupported`, `permissions-policy`.
 */
export function requireMicrophoneAccess(): void {
  if (globalThis.isSecureContext === false) {
    throw new RunAnywhereError('insecure-context', { origin: globalThis.location.origin });
  }
  if (typeof globalThis.navigator?.mediaDevices?.getUserMedia !== 'function') {
    throw new RunAnywhereError('audio-unsupported', { missing: 'getUserMedia' });
  }
  if (!policyAllowsMicrophone()) throw new RunAnywhereError('permissions-policy', { feature: 'microphone' });
}

/** The microphones there are. Names are empty until the page has been allowed one. An empty list where none can be listed. */
export async function listMicrophones(): Promise<{ microphoneId: string; label: string }[]> {
  const devices = await globalThis.navigator?.mediaDevices?.enumerateDevices?.();
  return (devices ?? [])
    .filter(({ kind }) => kind === 'audioinput')
    .map(({ deviceId, label }) => ({ microphoneId: deviceId, label }));
}

/** Calls back when a microphone is plugged in or out: the moment to list them again, or to open one after `mic-lost`. Returns the function that stops it. */
export function watchMicrophones(onChange: () => void): () => void {
  const devices = globalThis.navigator?.mediaDevices;
  devices?.addEventListener('devicechange', onChange);
  return () => devices?.removeEventListener('devicechange', onChange);
}

async function explain(cause: unknown, microphoneId: string | undefined): Promise<RunAnywhereError> {
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return new RunAnywhereError('mic-denied', { permission: await microphonePermission() }, { cause });
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new RunAnywhereError(
        'mic-missing',
        { ...(microphoneId !== undefined && { microphoneId }) },
        { cause },
      );
    case 'NotReadableError':
    case 'AbortError':
      return new RunAnywhereError('mic-busy', {}, { cause });
    default:
      return toRunAnywhereError(cause, 'microphone');
  }
}

async function microphonePermission(): Promise<PermissionState | 'unknown'> {
  try {
    return (await navigator.permissions.query({ name: 'microphone' })).state;
  } catch {
    return 'unknown'; // Not every browser can be asked about microphones.
  }
}

interface PolicyDocument {
  readonly permissionsPolicy?: { allowsFeature(feature: string): boolean };
  readonly featurePolicy?: { allowsFeature(feature: string): boolean };
}

/** Only Chromium tells; elsewhere the refusal comes as `mic-denied`. */
function policyAllowsMicrophone(): boolean {
  const { permissionsPolicy, featurePolicy } = globalThis.document as unknown as PolicyDocument;
  return (permissionsPolicy ?? featurePolicy)?.allowsFeature('microphone') ?? true;
}
