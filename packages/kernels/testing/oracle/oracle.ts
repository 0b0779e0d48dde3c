import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import facts from '../fixtures/smollm2-oracle.json' with { type: 'json' };

/** A text of token ids, and from which position on the oracle tells what follows. */
export interface OracleSequence {
  /** Who chose the tokens after the prompt: llama.cpp's greedy reply, or drawn from the float32 model itself. */
  readonly by: string;
  readonly promptTokens: number;
  readonly first: number;
  readonly ids: readonly number[];
  /** For each position from `first` on. */
  readonly distributions: readonly Distribution[];
}

/** What follows a position, by the float32 forward pass. */
export interface Distribution {
  /** The likeliest tokens, the likeliest first. */
  readonly ids: Uint16Array;
  readonly logP: Float32Array;
  /** The probability of all others together. */
  readonly rest: number;
}

/** Reads the fixtures that distributions.py wrote. */
export async function readOracle(): Promise<readonly OracleSequence[]> {
  const packed = await readFile(new URL('../fixtures/smollm2-oracle.bin.gz', import.meta.url));
  const bytes = await promisify(gunzip)(packed);
  const { positions, top, stepsPerUnit } = facts;
  const start = bytes.byteOffset;
  const { buffer } = start % 4 === 0 ? bytes : Uint8Array.from(bytes);
  const from = start % 4 === 0 ? start : 0;
  const ids = new Uint16Array(buffer, from, positions * top);
  const steps = new Uint16Array(buffer, from + positions * top * 2, positions * top);
  const rests = new Float32Array(buffer, from + positions * top * 4, positions);
  let position = 0;
  return facts.sequences.map((sequence) => ({
    ...sequence,
    distributions: sequence.ids.slice(sequence.first).map(() => {
      const at = position++;
      const range = [at * top, (at + 1) * top] as const;
      return {
        ids: ids.subarray(...range),
        logP: Float32Array.from(steps.subarray(...range), (step) => -step / stepsPerUnit),
        rest: rests[at] ?? 0,
      };
    }),
  }));
}

/** `log Σ exp`. */
export function logSumExp(logits: Float32Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const value of logits) if (value > top) top = value;
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - top);
  return top + Math.log(sum);
}

/** KL(oracle ‖ ours) in nats, all tokens that the oracle does not name taken together. */
export function divergence({ ids, logP, rest }: Distribution, logits: Float32Array): number {
  const total = logSumExp(logits);
  let sum = 0;
  let ourRest = 1;
  ids.forEach((id, index) => {
    const ours = (logits[id] ?? Number.NaN) - total;
    const reference = logP[index] ?? Number.NaN;
    sum += Math.exp(reference) * (reference - ours);
    ourRest -= Math.exp(ours);
  });
  return rest > 1e-6 ? sum + rest * (Math.log(rest) - Math.log(Math.max(ourRest, 1e-9))) : sum;
}
