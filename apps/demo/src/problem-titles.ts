import type { ErrorCode } from '@runanywhere/core';

/** What went wrong, in a few words. The error's own message follows: what happened and what to do. */
export const PROBLEM_TITLES: Readonly<Record<ErrorCode, string>> = {
  'mic-denied': 'No permission for the microphone',
  'mic-missing': 'No microphone',
  'mic-busy': 'The microphone is in use',
  'mic-lost': 'The microphone is gone',
  'insecure-context': 'This address is not secure',
  'permissions-policy': 'The microphone is not allowed here',
  'audio-unsupported': 'This browser lacks audio features',
  'audio-blocked': 'Sound is waiting for a click',
  'invalid-audio': 'The sound could not be used',
  'invalid-options': 'A setting does not fit',
  'language-unsupported': 'The language is not supported',
  'model-unknown': 'An unknown model',
  'model-missing': 'A model file is missing',
  'model-corrupt': 'A model file is damaged',
  'model-invalid': 'A model file makes no sense',
  'model-unsupported': 'A model of an unknown kind',
  'model-unavailable': 'A model could not be fetched',
  'tool-missing': 'A tool is missing',
  'not-loaded': 'A model is not ready',
  'prompt-too-long': 'The conversation is too long',
  'engine-failed': 'A model stopped working',
  timeout: 'That took too long',
  'worker-unavailable': 'A background worker did not start',
  'worker-crashed': 'A background worker stopped',
  'protocol-mismatch': 'The page is out of date',
  disposed: 'The conversation was closed',
};

/** Problems of the microphone alone: typing works all the same. */
export const MICROPHONE_PROBLEMS: readonly ErrorCode[] = [
  'mic-denied',
  'mic-missing',
  'mic-busy',
  'mic-lost',
  'insecure-context',
  'permissions-policy',
];
