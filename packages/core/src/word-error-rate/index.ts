export { type WordErrors, wordErrorRate } from './word-error-rate.ts';
export { spokenWords } from './words.ts';
