import type { TransformerConfig } from './transformer-config.ts';

/**
 * The cosines and sines of rotary positions (Su et al. 2021, "RoFormer"): for each position `headSize / 2` cosines, then as
 * many sines. Frequency `i` is `ropeBase^(-2i / headSize)`.
 *
 * @param divisors divide the frequencies, one each (Llama 3.1's scaling, which its files carry ready).
 */
export function fillRotaryTable(
  table: Float32Array,
  positions: number,
  { headSize, ropeBase }: Pick<TransformerConfig, 'headSize' | 'ropeBase'>,
  divisors?: Float32Array,
): void {
  const half = headSize / 2;
  for (let i = 0; i < half; i++) {
    const frequency = ropeBase ** (-i / half) / (divisors?.[i] ?? 1);
    for (let position = 0; position < positions; position++) {
      const angle = position * frequency;
      table[position * headSize + i] = Math.cos(angle);
      table[position * headSize + half + i] = Math.sin(angle);
    }
  }
}
