/**
 * Templates: `#` stands for one of the words behind it. Left out are the questions on which native llama.cpp itself wavers:
 * within its first 8 tokens the likeliest one leads by less than 0.15 in log-probability, so that rounding decides.
 */
const QUESTIONS: readonly (readonly [template: string, ...words: string[]])[] = [
  ['What is the capital of #?', 'France', 'Japan', 'Italy', 'Egypt', 'Canada', 'Norway', 'Kenya', 'Peru'],
  ['What colour is #?', 'a ripe tomato', 'grass', 'the sea', 'a lemon'],
  ['How do I cook #?', 'rice', 'pasta', 'a fish', 'mushrooms', 'a pumpkin'],
  ['Where do # live?', 'lions', 'whales', 'owls', 'camels', 'polar bears'],
  ['What is # made of?', 'bread', 'glass', 'paper', 'cheese', 'a candle', 'chocolate', 'concrete', 'soap'],
  ['Who invented #?', 'the telephone', 'the bicycle', 'the printing press', 'the radio'],
  ['Say good morning to #.', 'my neighbour', 'Peter'],
  ['Tell me one thing about #.', 'the moon', 'Paris', 'the piano', 'gold'],
  ['Why is # important?', 'sleep', 'water', 'exercise'],
  ['How many # are there in a year?', 'days', 'months', 'weeks', 'seasons', 'full moons'],
  ['What should I wear when it is #?', 'cold', 'raining', 'very hot', 'windy', 'snowing', 'foggy'],
  ['Is it healthy to eat #?', 'butter', 'fish every day'],
];

/** As many questions as wanted, no two from the same template while there are others; the same seed gives the same. */
export function questionsFrom(seed: number, count: number): string[] {
  const random = mulberry32(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  let left: (typeof QUESTIONS)[number][] = [];
  return Array.from({ length: count }, () => {
    if (left.length === 0) left = [...QUESTIONS];
    const [entry] = left.splice(Math.floor(random() * left.length), 1);
    const [template, ...words] = entry as (typeof QUESTIONS)[number];
    return template.replace('#', pick(words));
  });
}

/** Numbers in [0, 1) from a seed: T. Ettinger's Mulberry32. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
