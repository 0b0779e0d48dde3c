import { loadKernels, openGguf } from '@runanywhere/kernels';
import { KernelLanguageModel } from '@runanywhere/llm';
import { ENDS, type Loaded, timed } from './contestants.ts';
import { OpfsModelSource, storedFile } from './opfs-source.ts';

/** Our engine, on a file that it reads from the origin private file system and checks. */
export async function loadKernelContestant(
  contextTokens: number,
  level: 'relaxed' | 'simd',
): Promise<Loaded> {
  // The kernels ask by such a call whether there is relaxed SIMD; this worker says no, as an older browser does.
  if (level === 'simd') WebAssembly.validate = () => false;
  const model = new KernelLanguageModel({ source: new OpfsModelSource(), contextTokens });
  await model.load();
  const { reason } = model.runtime ?? {};
  if (!reason?.includes(`${level} SIMD`)) throw new Error(`not the build that was wanted: ${reason}`);
  return {
    reply: (messages, maxTokens) =>
      timed(async (onText) => {
        const logitBias = Object.fromEntries(ENDS.map((token) => [token, Number.NEGATIVE_INFINITY]));
        for await (const event of model.generate(messages, { maxTokens, logitBias })) {
          if (event.type === 'reply-delta') onText(event.text);
          else if (event.type === 'reply-end') return event.usage;
        }
        throw new Error('the reply had no end');
      }),
  };
}

/** Bytes of packed weights that one token reads: every matrix once; the table of embeddings is the output layer too. */
export async function packedWeightBytes(fileName: string): Promise<number> {
  const [{ exports }, { tensors }] = await Promise.all([
    loadKernels(),
    storedFile(fileName).then((file) => openGguf(file)),
  ]);
  let bytes = 0;
  for (const { type, rows, columns } of tensors.values()) {
    if (rows < 2) continue;
    bytes += Math.ceil(rows / 4) * exports.packedGroupBytes(exports.packedFormat(type), columns);
  }
  return bytes;
}
