import { soakOfGguf } from './gguf.mjs';

/**
 * What a soak's steps have to work with.
 *
 * @typedef {object} SoakContext
 * @property {number} seed From which all that is random comes: a step of a seed does the same whenever it runs.
 * @property {unknown} kept What {@link SoakRun.keep} gave when the soak was stopped, else undefined.
 * @property {(file: string) => Promise<Record<string, any>>} load Imports a TypeScript module of this repository.
 */

/**
 * A soak under way.
 *
 * @typedef {object} SoakRun
 * @property {(index: number) => Promise<string | undefined>} step Does one step; what went wrong, if anything.
 * @property {() => unknown} [keep] What a resumed run must know, as JSON; called between steps.
 * @property {() => Record<string, unknown>} [result] What goes into the result beside the counts.
 * @property {() => string[]} [verdict] What is wrong with the run as a whole, asked once at its end.
 * @property {() => Promise<void>} [close]
 */

/**
 * Something that must hold however often it is done.
 *
 * @typedef {object} Soak
 * @property {string} name
 * @property {string} what One line for people.
 * @property {number} count How many steps a full run has at least.
 * @property {number} minutes How long it lasts at least.
 * @property {(context: SoakContext) => Promise<SoakRun>} open
 */

/** @type {readonly Soak[]} */
export const SOAKS = [soakOfGguf];
