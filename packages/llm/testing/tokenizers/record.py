"""Records the token ids llama.cpp gives for lines.json, as what the tokenizers of packages/llm are held against.

    python record.py [--dump FOLDER] [NAME …]

Needs `xllamacpp` (llama.cpp's server) and `gguf` with `numpy`, which makes the small files to load: real vocabularies
around a model of random numbers. Vocabularies are read from the models' cache folder. Writes recorded.json: for every
line one 32-bit hash of the ids with and without special tokens. --dump also writes the ids themselves.
"""

import argparse
import base64
import http.client
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

import gguf
import numpy

HERE = pathlib.Path(__file__).parent
SERVER = HERE.parents[3] / "scripts" / "lib" / "native-llama.py"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
MODELS = pathlib.Path(os.environ.get("RUNANYWHERE_MODELS") or CACHE / "runanywhere" / "models")
SMOLLM = MODELS / "smollm2-135m-instruct-q4_1" / "SmolLM2-135M-Instruct.Q4_1.gguf"
LLAMA2 = MODELS / "moonshine-tiny" / "tokenizer.json"
PORT = 18431

# Names that cut words alike: the first is recorded, the others have to give the same ids. A vocabulary may come before
# the name; without one it is that of all pairs of bytes, which shows every cut.
ALIKE = [
    ["gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "exaone4"],
    ["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"],
    ["llama-bpe", "llama3", "llama-v3", "falcon3", "pixtral", "midm-2.0", "lfm2"],
    ["dbrx", "smaug-bpe", "chatglm-bpe"],
    ["qwen2", "deepseek-r1-qwen", "stablelm2", "megrez", "hunyuan"],
    ["qwen35"],
    ["tekken"],
    ["gpt-4o", "llama4"],
    ["smollm2/smollm"],
    ["smollm2/llama-bpe"],
    ["smollm2/qwen2"],
    ["llama2/spaced"],
    ["llama2/bare"],
]


def pairs_vocabulary():
    """Every byte and every two bytes, so that a cut between words shows wherever it is; and words without merges."""
    prints = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in prints]
    letters = [chr(byte if byte in prints else 0x100 + others.index(byte)) for byte in range(256)]
    specials = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<repo_name>"]
    words = ["the", "you", "rock", "HTTP", "can", "\u0120the", "\u0120you", "\u0120rock", "\u0120HTTP", "\u0120\u0120\u0120"]
    tokens = [*specials, *letters, *words, *(left + right for left in letters for right in letters)]
    kinds = [2, 3, 3, 3, 3, 3, 4] + [1] * (len(tokens) - 7)
    return tokens, [f"{left} {right}" for left in letters for right in letters], kinds


def smollm2_vocabulary():
    fields = gguf.GGUFReader(SMOLLM).fields
    texts = {key: fields[f"tokenizer.ggml.{key}"].contents() for key in ("tokens", "merges", "token_type")}
    return texts["tokens"], texts["merges"], texts["token_type"]


def llama2_vocabulary():
    """Llama 2's 32,000 tokens. Scores are their places in the order they were learnt in, as in its own file."""
    vocabulary = json.loads(LLAMA2.read_text())["model"]["vocab"]
    tokens = sorted(vocabulary, key=vocabulary.get)
    kinds = [2, 3, 3] + [6] * 256 + [1] * (len(tokens) - 259)
    return tokens, [-max(0, token - 259) for token in range(len(tokens))], kinds


def write_model(path, name):
    writer = gguf.GGUFWriter(path, "llama")
    width = 32
    vocabulary, name = name.split("/") if "/" in name else ("pairs", name)
    if vocabulary == "llama2":
        tokens, scores, kinds = llama2_vocabulary()
        writer.add_tokenizer_model("llama")
        writer.add_token_scores([float(score) for score in scores])
        writer.add_add_space_prefix(name == "spaced")
    else:
        tokens, merges, kinds = pairs_vocabulary() if vocabulary == "pairs" else smollm2_vocabulary()
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(name)
        writer.add_token_merges(merges)
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_context_length(64)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(width)
    writer.add_head_count(1)
    writer.add_layer_norm_rms_eps(1e-5)
    random = numpy.random.default_rng(1)
    shapes = {
        "token_embd": (len(tokens), width),
        "output_norm": (width,),
        "blk.0.attn_norm": (width,),
        "blk.0.ffn_norm": (width,),
        **{f"blk.0.{part}": (width, width) for part in ("attn_q", "attn_k", "attn_v", "attn_output")},
        **{f"blk.0.{part}": (width, width) for part in ("ffn_gate", "ffn_up", "ffn_down")},
    }
    for tensor, shape in shapes.items():
        writer.add_tensor(f"{tensor}.weight", random.standard_normal(shape).astype(numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def tokenize_all(path, lines):
    child = subprocess.Popen(
        [sys.executable, SERVER, path, str(PORT)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(child)
        connection = http.client.HTTPConnection("127.0.0.1", PORT)

        def ids(text, special):
            body = json.dumps({"content": text, "add_special": special, "parse_special": special})
            connection.request("POST", "/tokenize", body, {"content-type": "application/json"})
            return json.loads(connection.getresponse().read())["tokens"]

        return [[*ids(line, True), -1, *ids(line, False)] for line in lines]
    finally:
        child.kill()
        child.wait()


def wait_for(child):
    for _ in range(300):
        if child.poll() is not None:
            raise SystemExit("llama.cpp did not start")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("llama.cpp did not answer")


def hash_of(ids):
    """FNV-1a over the ids as little-endian 32-bit numbers."""
    value = 0x811C9DC5
    for byte in struct.pack(f"<{len(ids)}i", *ids):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--dump", type=pathlib.Path)
    arguments.add_argument("--lines", type=pathlib.Path, default=HERE / "lines.json")
    arguments.add_argument("--first", action="store_true", help="only the first of the names that are alike")
    arguments.add_argument("names", nargs="*")
    options = arguments.parse_args()
    lines = json.loads(options.lines.read_text())
    recorded = {}
    with tempfile.TemporaryDirectory() as folder:
        for group in ALIKE:
            first = None
            for name in group[:1] if options.first else group:
                if options.names and name not in options.names:
                    continue
                path = os.path.join(folder, "model.gguf")
                write_model(path, name)
                ids = tokenize_all(path, lines)
                if options.dump:
                    (options.dump / f"{name.replace('/', '_')}.json").write_text(json.dumps(ids))
                hashes = [hash_of(line) for line in ids]
                # Some add a token at the beginning and others do not: only the ids without them have to agree.
                bare = [line[line.index(-1) :] for line in ids]
                if first is None:
                    first = bare
                    recorded[name] = base64.b64encode(struct.pack(f"<{len(hashes)}I", *hashes)).decode()
                different = sum(a != b for a, b in zip(bare, first))
                print(name, len(lines), "lines,", different, f"unlike {group[0]}", flush=True)
    if not options.names and options.lines == HERE / "lines.json":
        (HERE / "recorded.json").write_text(json.dumps(recorded, indent=2) + "\n")


main()
