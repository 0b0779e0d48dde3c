import { openAsBlob } from 'node:fs';

/** @type {import('./registry.mjs').Soak} */
export const soakOfGguf = {
  name: 'gguf',
  what: 'mutated GGUF headers and tensor tables: refused or right, never a crash or a read outside the file',
  count: 120_000,
  minutes: 0,
  async open({ seed, kept, load }) {
    const { ensureModel } = await load('packages/models/src/node/index.ts');
    const { GgufFuzz } = await load('packages/kernels/testing/gguf-fuzz.ts');
    const { files } = await ensureModel('smollm2-135m-instruct-q4_1');
    const [filePath] = /** @type {string[]} */ (Object.values(files));
    const fuzz = await GgufFuzz.open(seed, await openAsBlob(/** @type {string} */ (filePath)));
    const outcomes = /** @type {Record<string, number>} */ (kept ?? {});
    return {
      async step(index) {
        const outcome = await fuzz.run(index);
        const name = outcome.code ?? outcome.kind;
        outcomes[name] = (outcomes[name] ?? 0) + 1;
        return outcome.fault && `${outcome.fault} (${outcome.mutations.join(', ')})`;
      },
      keep: () => outcomes,
      result: () => ({ outcomes }),
    };
  },
};
