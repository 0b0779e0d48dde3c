/** Every failure the SDK reports, and the facts that come with each. Facts never hold what somebody said. */
export interface ErrorDetails {
  /** The person, the browser or the system refused the microphone. */
  'mic-denied': { permission: PermissionState | 'unknown' };
  /** There is no microphone, or not the one that was asked for. */
  'mic-missing': { microphoneId?: string };
  /** Another program holds the microphone. */
  'mic-busy': Record<never, never>;
  /** The microphone was there and went away: unplugged, or its permission withdrawn. */
  'mic-lost': Record<never, never>;
  /** Microphones need https or localhost. */
  'insecure-context': { origin: string };
  /** The page sits in a frame that was not given the microphone. */
  'permissions-policy': { feature: string };
  /** The browser lacks a part of Web Audio. */
  'audio-unsupported': { missing: string };
  /** The browser wants a click or a key before sound may start. */
  'audio-blocked': Record<never, never>;
  /** Not audio, or audio of a kind that is not understood. */
  'invalid-audio': { reason: string };
  /** An option has a value that cannot be used. */
  'invalid-options': { option: string; reason: string };
  /** No engine in use speaks the language. */
  'language-unsupported': { language: string; supported: readonly string[]; engine: string };
  /** The catalog has no such model, or the model no such file. */
  'model-unknown': { modelId: string; file?: string };
  /** The place where the file should be does not have it. */
  'model-missing': { modelId: string; file: string; location: string };
  /** The bytes of a model do not match the digest in its manifest. */
  'model-corrupt': {
    modelId: string;
    file: string;
    expectedSha256: string;
    actualSha256: string;
    /** Which bytes the digests are of, for example `'4194304–8388607'`, when it is not the whole file. */
    bytes?: string;
  };
  /** The bytes could not be fetched: network, server, package client. */
  'model-unavailable': { modelId: string; file: string; reason: string };
  /** The bytes are what they should be, and are no model, or one made to do harm. */
  'model-invalid': { modelId?: string; reason: string };
  /** The model may be right, and this engine does not know how to run it; another may. */
  'model-unsupported': { modelId?: string; what: string };
  /** A program that fetching needs is not installed. */
  'tool-missing': { tool: string; install: string };
  /** An engine was asked to work before `load()`. */
  'not-loaded': { engine: string };
  /** A conversation does not fit into the model's context. */
  'prompt-too-long': { promptTokens: number; contextTokens: number };
  /** A model was loaded but could not do what it was asked. */
  'engine-failed': { engine: string; reason: string };
  /** An operation took longer than its budget. */
  timeout: { operation: string; timeoutMs: number };
  /** A worker's script could not be started: wrong address, or a Content-Security-Policy forbids it. */
  'worker-unavailable': { worker: string; url: string };
  /** A worker died; every call in flight on it fails with this. */
  'worker-crashed': { worker: string };
  /** Page and worker come from different versions of the SDK. */
  'protocol-mismatch': { worker: string; expected: number; actual: number };
  /** The object was disposed of. */
  disposed: { what: string };
}

/** The codes of {@link ErrorDetails}. */
export type ErrorCode = keyof ErrorDetails;

// A sentence of fact, then one of advice: the message is the first documentation anyone reads.
const MESSAGES: { [C in ErrorCode]: (details: ErrorDetails[C]) => string } = {
  'mic-denied': () =>
    'The microphone was refused. Allow it in the browser’s site settings, then start again; typing works meanwhile.',
  'mic-missing': ({ microphoneId }) =>
    microphoneId
      ? 'The chosen microphone is not there. Plug it in or choose another, then start again.'
      : 'No microphone was found. Plug one in, then start again; typing works meanwhile.',
  'mic-busy': () => 'Another program holds the microphone. Close it, then start again.',
  'mic-lost': () => 'The microphone went away. Plug it in or allow it again, then start again.',
  'insecure-context': ({ origin }) =>
    `Browsers give no microphone to ${origin}. Serve the page over https, or from localhost.`,
  'permissions-policy': ({ feature }) =>
    `This page may not use the ${feature}. Add allow="${feature}" to its iframe, or "${feature}=(self)" to the Permissions-Policy header.`,
  'audio-unsupported': ({ missing }) =>
    `This browser has no ${missing}. Use a current Chrome, Edge, Firefox or Safari; typing works meanwhile.`,
  'audio-blocked': () =>
    'The browser waits for a click before it plays sound. Call start() from a click handler.',
  'invalid-audio': ({ reason }) => `The audio cannot be used: ${reason}. Give a WAV file or a mono clip.`,
  'invalid-options': ({ option, reason }) =>
    `The option "${option}" cannot be used: ${reason}. Change it and try again.`,
  'language-unsupported': ({ language, supported, engine }) =>
    `${engine} does not speak "${language}". Choose one of ${supported.join(', ')}, or another engine.`,
  'model-unknown': ({ modelId, file }) =>
    `The catalog has no ${file ? `file "${file}" in model` : 'model'} "${modelId}". \`runanywhere models list\` shows what there is.`,
  'model-missing': ({ modelId, file, location }) =>
    `"${file}" of model "${modelId}" is not at ${location}. Run \`npx runanywhere models pull\` with that folder, or correct modelsUrl.`,
  'model-corrupt': ({ modelId, file, expectedSha256, actualSha256, bytes }) =>
    `"${file}" of model "${modelId}" has SHA-256 ${actualSha256} ${bytes ? `in bytes ${bytes} ` : ''}where ${expectedSha256} is expected. Fetch it again; if that does not help, the place it comes from has other bytes.`,
  'model-unavailable': ({ modelId, file, reason }) =>
    `"${file}" of model "${modelId}" could not be fetched: ${reason}. Check the connection and try again.`,
  'model-invalid': ({ modelId = '', reason }) =>
    `The model file${modelId && ` of ${modelId}`} cannot be used: ${reason}. Fetch it again.`,
  'model-unsupported': ({ modelId = 'The model', what }) =>
    `${modelId} has ${what}, which is not known here. Use another engine.`,
  'tool-missing': ({ tool, install }) => `"${tool}" is not installed. ${install}`,
  'not-loaded': ({ engine }) => `${engine} is not loaded. Await load() first.`,
  'prompt-too-long': ({ promptTokens, contextTokens }) =>
    `The conversation has ${promptTokens} tokens and the model takes ${contextTokens}. Shorten the system prompt or drop old messages.`,
  'engine-failed': ({ engine, reason }) =>
    `${engine} failed: ${reason}. Its "cause" tells where; load it again to go on.`,
  timeout: ({ operation, timeoutMs }) =>
    `"${operation}" took longer than ${timeoutMs} ms. Allow it more time or use a smaller model.`,
  'worker-unavailable': ({ worker, url }) =>
    `The ${worker} worker did not start from ${url}. Check that the file is served and that the page’s Content-Security-Policy has worker-src 'self'.`,
  'worker-crashed': ({ worker }) => `The ${worker} worker stopped. Start again: that makes a new one.`,
  'protocol-mismatch': ({ worker, expected, actual }) =>
    `The ${worker} worker speaks protocol ${actual} and the page ${expected}. Serve both from the same version of the SDK.`,
  disposed: ({ what }) => `${what} was disposed of. Make a new one.`,
};

/** An error as plain data, for `postMessage` and for error reports. The cause goes without its message, which may quote what was said. */
export interface WireError {
  readonly code: ErrorCode;
  readonly details: ErrorDetails[ErrorCode];
  readonly cause?: { readonly name: string; readonly code?: string; readonly stack?: string };
}

/**
 * The one error class of the SDK. Tell failures apart with {@link isRunAnywhereError} and `code`, never by `message`, and
 * not by `instanceof`: an app may bundle this package twice.
 */
export class RunAnywhereError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'RunAnywhereError';
  readonly code: C;
  readonly details: ErrorDetails[C];

  constructor(code: C, details: ErrorDetails[C], options?: ErrorOptions) {
    super(MESSAGES[code](details), options);
    this.code = code;
    this.details = details;
  }

  /** The error as plain data; {@link RunAnywhereError.fromWire} makes it an error again. */
  toWire(): WireError {
    const { cause } = this;
    return {
      code: this.code,
      details: this.details,
      ...(cause instanceof Error && { cause: wireCause(cause) }),
    };
  }

  static fromWire(wire: WireError): RunAnywhereError {
    return new RunAnywhereError(wire.code, wire.details, wire.cause && { cause: wire.cause });
  }
}

/** True for SDK errors. Given a code, also narrows `details` to that code’s facts. */
export function isRunAnywhereError<C extends ErrorCode = ErrorCode>(
  value: unknown,
  code?: C,
): value is RunAnywhereError<C> {
  const error = value as Partial<RunAnywhereError> | null | undefined;
  return error?.name === 'RunAnywhereError' && (code === undefined || error.code === code);
}

/** `error` itself when it is one of ours, else an `engine-failed` that carries it as its cause and quotes only its name. */
export function toRunAnywhereError(error: unknown, engine: string): RunAnywhereError {
  if (isRunAnywhereError(error)) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new RunAnywhereError('engine-failed', { engine, reason: `it threw ${name}` }, { cause: error });
}

function wireCause(cause: Error & { code?: unknown }): NonNullable<WireError['cause']> {
  // V8 puts the message on top of the stack: only the frames are kept.
  const frames = cause.stack
    ?.split('\n')
    .filter((line) => /^\s+at |@/.test(line) && !line.startsWith(cause.name));
  return {
    name: cause.name,
    ...(typeof cause.code === 'string' && { code: cause.code }),
    ...(frames?.length && { stack: frames.join('\n') }),
  };
}
