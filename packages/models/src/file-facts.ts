import type { FileFacts } from './catalog-types.ts';

/** Size and digests by model and file. Written by scripts/digest.mjs from the files themselves; do not edit by hand. */
export const FILE_FACTS: Readonly<Record<string, Readonly<Record<string, FileFacts>>>> = {
  hibari: {
    LICENSE: {
      sizeBytes: 11358,
      sha256: 'cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30',
      chunkSha256: ['cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30'],
    },
    NOTICE: {
      sizeBytes: 2429,
      sha256: '971f53a04730ac7a4de33b3c9586e0347e4487f3a8aafd0fb3c1d074a3426adc',
      chunkSha256: ['971f53a04730ac7a4de33b3c9586e0347e4487f3a8aafd0fb3c1d074a3426adc'],
    },
    'hibari.onnx': {
      sizeBytes: 7936868,
      sha256: '5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8',
      chunkSha256: [
        '79b2b0a1fc8c6d20a75e55c09185c373f983be8be1742590831960ed6353292a',
        '8d4613318860895537151838d651e5a7b03e167132648e1089bb15ca2099afa9',
      ],
    },
    'lexicon_us_gold.json.gz': {
      sizeBytes: 719352,
      sha256: '63ae94f8ef0e906d5b24fe9b59ffcbd1529aca5686a774610e43973cbaa86ad2',
      chunkSha256: ['63ae94f8ef0e906d5b24fe9b59ffcbd1529aca5686a774610e43973cbaa86ad2'],
      decoded: {
        sizeBytes: 2627718,
        sha256: 'acce8d48062d5d9ddbb95abf1e9a5fe3a61716c70f9cbcb514cd48d406a5388d',
        chunkSha256: ['acce8d48062d5d9ddbb95abf1e9a5fe3a61716c70f9cbcb514cd48d406a5388d'],
      },
    },
    'lexicon_us_silver.json.gz': {
      sizeBytes: 682530,
      sha256: 'c4c2546ebf1eb07010331e7ef785a431aa17ba8e7bfb6b4af8d654ee96a71fd3',
      chunkSha256: ['c4c2546ebf1eb07010331e7ef785a431aa17ba8e7bfb6b4af8d654ee96a71fd3'],
      decoded: {
        sizeBytes: 2726072,
        sha256: '7f90a125388084b9081108f0ca0dc64c8f448b849a8397b31ed752753663bbf8',
        chunkSha256: ['7f90a125388084b9081108f0ca0dc64c8f448b849a8397b31ed752753663bbf8'],
      },
    },
    'normalize.json': {
      sizeBytes: 6769,
      sha256: 'd478ff05404bc43ac3e0468e306674e51085f1b1afc94cdef7c7ea4fb0d56bd8',
      chunkSha256: ['d478ff05404bc43ac3e0468e306674e51085f1b1afc94cdef7c7ea4fb0d56bd8'],
    },
    'oov.json': {
      sizeBytes: 2273,
      sha256: 'b462e6e5dbdf0e7346c732385d0dd844f612f1770871441c56932bff4ca75d8c',
      chunkSha256: ['b462e6e5dbdf0e7346c732385d0dd844f612f1770871441c56932bff4ca75d8c'],
    },
    'oov.onnx': {
      sizeBytes: 2975020,
      sha256: 'd3cfd8122c5f172a98c8de38268bf1213ee09f2c2ae4df6e055fc6532590fe76',
      chunkSha256: ['d3cfd8122c5f172a98c8de38268bf1213ee09f2c2ae4df6e055fc6532590fe76'],
    },
    'tagger.json.gz': {
      sizeBytes: 1240667,
      sha256: 'd2da7502284bbbe45d49e0b7ce3ce67bdab82254150f4317f1b8559b4d38d0eb',
      chunkSha256: ['d2da7502284bbbe45d49e0b7ce3ce67bdab82254150f4317f1b8559b4d38d0eb'],
      decoded: {
        sizeBytes: 4573359,
        sha256: '59aa6b90e02c18b202b4be339ffea427efd12e8fce0f8d1f796842eb7b28aeb9',
        chunkSha256: [
          '7250ddff1abebe8513f79369d6b61cae56fc316e05a4cec5bc464af07ecdaf29',
          '49dba20f891385dd63a231994be6e0ef79adf3722e8b02ef7c0eba761d008095',
        ],
      },
    },
    'tokenizer_exceptions.json': {
      sizeBytes: 32450,
      sha256: 'ddf3a3da07bdcf5144270ea4530191d8580fb4fd6f5ae93296e87916e795659a',
      chunkSha256: ['ddf3a3da07bdcf5144270ea4530191d8580fb4fd6f5ae93296e87916e795659a'],
    },
    'vocab.json': {
      sizeBytes: 1144,
      sha256: '70abefbe8a1c8865e43e0a43bbdc25b91a33e4aa053479d443ccf23e20a59e5d',
      chunkSha256: ['70abefbe8a1c8865e43e0a43bbdc25b91a33e4aa053479d443ccf23e20a59e5d'],
    },
  },
  'moonshine-base': {
    LICENSE: {
      sizeBytes: 1071,
      sha256: '29f60769d1779eb7e196d96b8d2dd471d0263cf8200c79e55c0c00183971ee1b',
      chunkSha256: ['29f60769d1779eb7e196d96b8d2dd471d0263cf8200c79e55c0c00183971ee1b'],
    },
    'decoder_model_merged.onnx': {
      sizeBytes: 42498870,
      sha256: 'cc9f3cd6698a369c6008b41aa60aa3fb3322e7f03c9bdf19d8e6b7200afca4f3',
      chunkSha256: [
        '2355a8745d12873f36b2d0dc0c32edfb02991114f085de79fcb13c84a2d6214d',
        '3bc3d919da4ee551c93ee98ceb45545e04fb084923aa44e8b380fe9a6d979b4c',
        '52db22343c2379f39c3941e6c319d28b210e728fbb0dce7c1d0e9425a162904d',
        '8ba5c9aac40de26ac84415814cc37b5a3d60710be87412cabfde0582cdbd47a6',
        '7a359128f3cf9aa8c0dac50183299993dd92ed987a429c0c750e2c9f5447493c',
        '952f5c8a89820f67cc5d365b510d65464a1badaaa8a5d3c1c277b429eb3e87a2',
        '00949bb93134390876268bb4eddcdb69733090005e96f3b2e6db7fbe11fd517f',
        'b27d440958966c73ca37729128d371cede150582def337ae1f52469bd962dc31',
        'f66061464d7cb0f4572931776df45cf9b4d3211c75d98835bdfe8616ebca24f0',
        '6d6b9626727a7d8cf01f9d28ecd71c4d1d463ff618ca7db9f15fdd7341fbab86',
        '142aef3085a592637cc397983bfff0bde8b1d5ffb26df0ccd37611939830c5dd',
      ],
    },
    'encoder_model.onnx': {
      sizeBytes: 20513063,
      sha256: '1dd9ab0a7f987113d30affcba5a068d11c8f90fa0223caa3e491ade431ad9751',
      chunkSha256: [
        'c38ebd08f4a070a2fee9d061224de18e4955a9bec62fadf7b4914fd961bc30f9',
        '173805abdb0ec3cebf2950fbb6012ad54d21994174a1b4092b8b70856cff5409',
        'c439211762f0494436ffe55ed7a3582c2d6fc86f1adf92e90c287d04c232155b',
        'c40f1323bc9b5dcee4c2bdacdbbe6e6834875bb2eecb412ed15c25326cb8d358',
        '89a33f347ce1ce0580065e85979727dc73a286b1b258a00dbfbc0cb27b54d82b',
      ],
    },
    'tokenizer.json': {
      sizeBytes: 1985533,
      sha256: 'b68b995a58b3373db6c4f46864a9db50cd1333d086150ffa2c1096581ede9c10',
      chunkSha256: ['b68b995a58b3373db6c4f46864a9db50cd1333d086150ffa2c1096581ede9c10'],
    },
  },
  'moonshine-tiny': {
    LICENSE: {
      sizeBytes: 1071,
      sha256: '29f60769d1779eb7e196d96b8d2dd471d0263cf8200c79e55c0c00183971ee1b',
      chunkSha256: ['29f60769d1779eb7e196d96b8d2dd471d0263cf8200c79e55c0c00183971ee1b'],
    },
    'decoder_model_merged.onnx': {
      sizeBytes: 20243286,
      sha256: 'eed87831c3a6103534aae7d47a5d485025c659a1323901513961c39fe8a1a367',
      chunkSha256: [
        '39506991397f6786f3480f1e668b6120ac2ea0ceaaf322e11de0ea217d979d61',
        '31a1542739b9ace7d1bca79d14ae742bc266d94b2e81e07d596fba8f3580b765',
        'ef5ef7c5507ac687655a52426ccde6761a30f7f94f62af64759c02b1e7d099d6',
        'ce3daa8082dbd9a72e18a0e4d63f178c63141b2d2cfe10ffa5a335e4db98a71e',
        '9073f827238688360a2c335eb880b7d711dc88c68fe04a00bd33d1c474ab3e9a',
      ],
    },
    'encoder_model.onnx': {
      sizeBytes: 7937661,
      sha256: 'c6fc4b7bc5af75c0591fd157a1f3829b533d18e9769a888fd95a62e470dd4f4a',
      chunkSha256: [
        '234cba4c90aa4780bb3ad91654fd77a623189efce3c96105a45a231a5dec4bac',
        'e86815697a2267ced5b357210846deed2dec71ee4c922135d38839f38f9c0a90',
      ],
    },
    'tokenizer.json': {
      sizeBytes: 1985533,
      sha256: 'b68b995a58b3373db6c4f46864a9db50cd1333d086150ffa2c1096581ede9c10',
      chunkSha256: ['b68b995a58b3373db6c4f46864a9db50cd1333d086150ffa2c1096581ede9c10'],
    },
  },
  'onnxruntime-web-1.30.0': {
    'ort-wasm-simd-threaded.wasm': {
      sizeBytes: 14239897,
      sha256: '3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2',
      chunkSha256: [
        'edb5b29c2b475352a85d9c4760ea8f17f1a0e90707d55ae96defa1d4158bbd39',
        'db2303b81305ae1f67148910bdca0385e6dffc190ef3d0eb89a9a03fc549ae2f',
        '43aaf97d667eb6efe3772d2d2c81bde32eaceff8001ac98d6f87f0a8f1b8aea8',
        '8a8ab2b96b6ceaa6d9c09533af15356c81b457980556f8b641df11ee12c0ca4c',
      ],
    },
  },
  'silero-v6': {
    LICENSE: {
      sizeBytes: 1075,
      sha256: '2e63e9a38b6e8fc0c7bc37ce174caca1862870856c6daf5697cfb785e925520b',
      chunkSha256: ['2e63e9a38b6e8fc0c7bc37ce174caca1862870856c6daf5697cfb785e925520b'],
    },
    'silero_vad_16k_op15.onnx': {
      sizeBytes: 1289603,
      sha256: '7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49',
      chunkSha256: ['7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49'],
    },
    'silero_vad_v6.onnx': {
      sizeBytes: 2327524,
      sha256: '1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3',
      chunkSha256: ['1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3'],
    },
  },
  'smollm2-135m-instruct-q4_1': {
    LICENSE: {
      sizeBytes: 11357,
      sha256: 'c71d239df91726fc519c6eb72d318ec65820627232b2f796219e87dcf35d0ab4',
      chunkSha256: ['c71d239df91726fc519c6eb72d318ec65820627232b2f796219e87dcf35d0ab4'],
    },
    'SmolLM2-135M-Instruct.Q4_1.gguf': {
      sizeBytes: 98362432,
      sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
      chunkSha256: [
        '4b0b7e9f2e177ab569d7e1ed0e23344bb54efb989d578b37468feaa5f2d758ff',
        '989a5d150373d96c58d16103d29b8319c0e81ab310ee131ece2eb47615f0fd90',
        '54e9a137c23e224e4952ea012e44853df8de6adaeb826daa499893814333a74f',
        'd961e6f82824d4ef1f2f1896fbdb58aaf123a93d101bcec362039339adac7bd1',
        '6df560f50c05247cf869374c9f0289e79f701fe961d5349f4ef47e5231c50b74',
        'e8308f2042f4db8f2106a444377b2341469ef95b8bd71cc8f0b43a6a052ff71b',
        '4f153a892a5db3d1657ba70970c6961dc255758ee0ccd88115ea384332a81fe0',
        '1161c8f594c206d6a93a84ab712b87d32174e87fc482d23b35b39b02b309d69f',
        '4dea6daf45b0442808d0d1387f001b4c6f25b7cf7e0eb153bef57efd0409905d',
        '52456800d0457a3fa1f1b58b23f53c379a81452b4f1b3329d9c8cffa23cac1fa',
        '18906458f5ba62de3222e7341da39a2c0cc4a1b03bc3df97bd22837c2dacdcac',
        '1b78cca4c069b91389cc90825c64a808a42e73406f9fa7e60fc87bbb62c8d1a1',
        'ea0497ff66c735b8191b97bd2a60a50dfb18dde2db1da371f87b67cb40800966',
        '51f3489808ff46734bb6984ca46742762d7704e36e6b3d5ba2547fa4a6c70972',
        '369a90bce51147dddcd419b9a927f0d0e603a561352c9a9cb5e0b2e39826db5c',
        'f4a10a94c5ffa50b50976aebdd0d4f00bf0d41e04aceca5b6daf37ff68ee28e1',
        '2521e41dbcb24c80bc4ab2f1e6ddae311135a257d48df226e066d4ac961dc346',
        '523676f8f5663ed776810edf6bd62f305277fe8a4374d600e67b74ea868c2a18',
        '04e30ef507b41ece178dd0e86eeb808f3455fe39b88f6a7ad81fdd47bbb92e97',
        'dc1a188f13c92e0ad010192e8d12266c1337a6ef26dd5c0ad7142d43d96da780',
        'd8c0941229815f5c3c88498f402781f8128fba3a289865d7fa2816b189d3d278',
        'f51a318ad659cb44fb4922cfead8ef3e09d6146bfd8d722fe8ab1b19a03fb69d',
        '7f13aee8b682097ecef9123b887c935af1a561107ca1ebe3dcfb2fac0728e0bd',
        'e85cafd9b43065fafe1a98966f437e1ea4cbf0675f12a087869d395132d322a1',
      ],
    },
  },
  'wllama-3.8.1': {
    LICENCE: {
      sizeBytes: 1071,
      sha256: '5866e3bd7e3cbd3f7c8bea6efd8a1e7fa7cc8de68c30f428aff7c6584a0fb720',
      chunkSha256: ['5866e3bd7e3cbd3f7c8bea6efd8a1e7fa7cc8de68c30f428aff7c6584a0fb720'],
    },
    'wllama.wasm': {
      sizeBytes: 8763949,
      sha256: '551f13439366eff11e057b1b91fe46a7fdac29d56d67372d4c5f19a549dfe70c',
      chunkSha256: [
        '79bf2322c76e24c77698deedda7a8c91d216fe4f9d10f8603fea1bdcf3676a0f',
        '847d747e66eb564eb654f4d82bafdee4beb04669cc0c07fb719526abe133e63e',
        '92e54a147aa14c20fd5aa4094aa75dd2d0b786009a0251bd8214340d6ce803c3',
      ],
    },
  },
};
