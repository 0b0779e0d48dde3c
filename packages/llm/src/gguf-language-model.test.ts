import { isRunAnywhereError, type ModelSource } from '@runanywhere/core';
import { describeLanguageModel, MemoryModelSource } from '@runanywhere/core/testing';
import { ensureModel, FolderModelSource } from '@runanywhere/models/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeGguf } from '../../kernels/testing/gguf-writer.ts';
import { GgufLanguageModel } from './gguf-language-model.ts';
import { WLLAMA_ID, WLLAMA_WASM } from './wllama/wasm-address.ts';

const source = new FolderModelSource();
beforeAll(() => ensureModel('smollm2-135m-instruct-q4_1'));

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** A source that counts how often a file is asked for. */
class CountingSource implements ModelSource {
  readonly opened: string[] = [];
  readonly #files: MemoryModelSource;

  constructor(files: ConstructorParameters<typeof MemoryModelSource>[0]) {
    this.#files = new MemoryModelSource(files);
  }

  open(...args: Parameters<ModelSource['open']>): Promise<Blob> {
    this.opened.push(args[1]);
    return this.#files.open(...args);
  }

  urlOf(): undefined {
    return undefined;
  }
}

describe('GgufLanguageModel', { timeout: 120_000 }, () => {
  describeLanguageModel(() => new GgufLanguageModel({ source }));

  test('takes the kernels for SmolLM2, and says why', async () => {
    const model = new GgufLanguageModel({ source });
    expect(model.runtime).toBeUndefined();
    await model.load();
    expect(model.runtime).toEqual({
      name: 'kernel',
      reason: expect.stringContaining('the kernels know the model'),
    });
    await model.dispose();
  });

  test('takes wllama for an architecture that the kernels do not know, and opens the file once', async () => {
    const files = new CountingSource({
      model: { 'file.gguf': new Blob([unknownArchitecture()]) },
      [WLLAMA_ID]: { [WLLAMA_WASM]: new Blob(['no wasm']) },
    });
    const model = new GgufLanguageModel({ source: files, modelId: 'model', fileName: 'file.gguf' });
    // wllama needs a browser: that it is asked is seen by its WASM file, and what it makes of it is another test's.
    const error = await failure(model.load());
    expect(error).toBeDefined();
    expect(isRunAnywhereError(error, 'model-unsupported')).toBe(false);
    expect(files.opened).toEqual(['file.gguf', WLLAMA_WASM]);
    await model.dispose();
  });

  test('asked for the kernels, it says what they do not know', async () => {
    const files = new MemoryModelSource({ model: { 'file.gguf': new Blob([unknownArchitecture()]) } });
    const model = new GgufLanguageModel({
      source: files,
      modelId: 'model',
      fileName: 'file.gguf',
      runtime: 'kernel',
    });
    const error = await failure(model.load());
    expect(isRunAnywhereError(error, 'model-unsupported') && error.details.what).toContain('gemma3');
    await model.dispose();
  });

  test('refuses a runtime that there is not', () => {
    expect(() => new GgufLanguageModel({ source, runtime: 'cuda' as 'auto' })).toThrow('runtime');
  });
});

/** A header of a model that only llama.cpp knows. */
function unknownArchitecture(): Uint8Array<ArrayBuffer> {
  return writeGguf({
    metadata: {
      'general.architecture': 'gemma3',
      'tokenizer.chat_template': '{{ messages[0].content }}',
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': 'smollm',
      'tokenizer.ggml.tokens': ['a', 'b', '<eos>'],
      'tokenizer.ggml.token_type': [1, 1, 3],
      'tokenizer.ggml.merges': ['a b'],
    },
  }).bytes;
}
