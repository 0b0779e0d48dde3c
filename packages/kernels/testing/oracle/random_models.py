"""Writes small models with random weights, one for each architecture, and what they say.

    python random_models.py ../fixtures [xllamacpp]

Needs numpy and gguf 0.19.0; with a second argument, also xllamacpp, whose log-probabilities are put beside those of the
float32 forward pass. Blocks of the quantised types are random bits under scales that give every row about the size that
trained rows have.
"""

import json
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T

from forward import Model, log_softmax

IDS = [5, 260, 17, 99, 31, 31, 200, 8, 120, 64, 3, 250, 77, 140, 9, 181, 42, 6, 230, 15, 88, 119, 262, 54]


def byte_tokens():
    """The 256 letters that stand for bytes in byte-level BPE."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in printable]
    return [chr(b) for b in printable] + [chr(256 + i) for i in range(len(rest))]


class Writer:
    def __init__(self, path, architecture, seed, **sizes):
        self.random = np.random.default_rng(seed)
        self.sizes = sizes
        self.writer = writer = gguf.GGUFWriter(path, architecture)
        writer.add_context_length(1024)
        writer.add_embedding_length(sizes["width"])
        writer.add_block_count(sizes["layers"])
        writer.add_feed_forward_length(sizes["feed_forward"])
        writer.add_head_count(sizes["heads"])
        writer.add_head_count_kv(sizes["kv_heads"])
        writer.add_layer_norm_rms_eps(1e-5)
        writer.add_rope_freq_base(sizes.get("rope_base", 10000.0))
        if "key_length" in sizes:
            writer.add_key_length(sizes["key_length"])
            writer.add_value_length(sizes["key_length"])
        letters = byte_tokens()
        tokens = letters + ["<|end|>"] + [letters[i] + letters[i + 1] for i in range(60, 60 + sizes["vocabulary"] - 257)]
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("gpt-2" if architecture == "llama" else "qwen2")
        writer.add_token_list(tokens)
        writer.add_token_types([1] * 256 + [3] + [1] * (sizes["vocabulary"] - 257))
        writer.add_token_merges([f"{letters[i]} {letters[i + 1]}" for i in range(60, 60 + sizes["vocabulary"] - 257)])
        writer.add_eos_token_id(256)

    def vector(self, name, length, around):
        self.writer.add_tensor(name, (around + self.random.normal(0, 0.2, length)).astype(np.float32))

    def matrix(self, name, rows, columns, kind, gain=1.0):
        spread = gain / np.sqrt(columns)
        if kind == T.Q4_K or kind == T.Q6_K:
            data = self.k_blocks(rows, columns // 256, kind, spread)
            self.writer.add_tensor(name, data, raw_dtype=kind)
            return
        values = self.random.normal(0, spread, (rows, columns)).astype(np.float32)
        if kind in (T.F32, T.F16):
            self.writer.add_tensor(name, values.astype(np.float32 if kind == T.F32 else np.float16))
        else:
            self.writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)

    def k_blocks(self, rows, blocks, kind, spread):
        size = {T.Q4_K: 144, T.Q6_K: 210}[kind]
        data = self.random.integers(0, 256, (rows, blocks, size), dtype=np.uint8)
        halves = lambda x: np.broadcast_to(np.asarray(x), (rows, blocks)).astype("<f2")[..., None].view(np.uint8)
        jitter = self.random.uniform(0.8, 1.2, (rows, blocks))
        if kind == T.Q6_K:  # 6-bit numbers around 0 times 8-bit scales: about ±18 × ±74.
            data[..., 208:] = halves(spread * jitter / (18.5 * 74))
        else:  # 4-bit numbers times 6-bit scales, less 6-bit minima: the minima take the mean away, roughly.
            data[..., 0:2] = halves(spread * jitter / 180)
            data[..., 2:4] = halves(spread * jitter / 180 * 7.5)
        return data.reshape(rows, blocks * size)

    def finish(self):
        self.writer.write_header_to_file()
        self.writer.write_kv_data_to_file()
        self.writer.write_tensors_to_file()
        self.writer.close()


def write(path, architecture, seed, kinds, untied=None, rope_divisors=False, **sizes):
    """`kinds`: by the part of the tensor's name, a type for all layers or a list with one for each."""
    w = Writer(path, architecture, seed, **sizes)
    width, ff = sizes["width"], sizes["feed_forward"]
    head = sizes.get("key_length", width // sizes["heads"])
    q, kv = sizes["heads"] * head, sizes["kv_heads"] * head
    w.matrix("token_embd.weight", sizes["vocabulary"], width, kinds["token_embd"], gain=np.sqrt(width) * 0.5)
    if rope_divisors:
        w.writer.add_tensor("rope_freqs.weight", np.linspace(1, 8, head // 2).astype(np.float32))
    for i in range(sizes["layers"]):
        kind = lambda part: kinds[part][i] if isinstance(kinds[part], list) else kinds[part]
        b = f"blk.{i}."
        w.vector(b + "attn_norm.weight", width, 1)
        for part, rows in (("attn_q", q), ("attn_k", kv), ("attn_v", kv)):
            w.matrix(f"{b}{part}.weight", rows, width, kind(part), gain=1.5)
            if architecture == "qwen2":
                w.vector(f"{b}{part}.bias", rows, 0)
        if architecture == "qwen3":
            w.vector(b + "attn_q_norm.weight", head, 1)
            w.vector(b + "attn_k_norm.weight", head, 1)
        w.matrix(b + "attn_output.weight", width, q, kind("attn_output"))
        w.vector(b + "ffn_norm.weight", width, 1)
        w.matrix(b + "ffn_gate.weight", ff, width, kind("ffn_gate"))
        w.matrix(b + "ffn_up.weight", ff, width, kind("ffn_up"))
        w.matrix(b + "ffn_down.weight", width, ff, kind("ffn_down"))
    w.vector("output_norm.weight", width, 1)
    if untied is not None:
        w.matrix("output.weight", sizes["vocabulary"], width, untied, gain=1.5)
    w.finish()


def llama_cpp(path):
    """Log-probabilities after all of IDS, of every token, by llama.cpp."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx, params.n_predict, params.warmup, params.cpuparams.n_threads = 256, 1, False, 1
    server = xllamacpp.Server(params)
    # The bias makes the server choose a letter: of half a character it tells no probabilities. These do not have the bias.
    bias = [[40, 100]]
    body = {"prompt": IDS, "n_predict": 1, "temperature": 0, "n_probs": 263, "cache_prompt": False, "logit_bias": bias}
    request = Request(f"{server.listening_address}/completion", json.dumps(body).encode())
    reply = json.load(urlopen(request))
    top = reply["completion_probabilities"][0]
    return {str(t["id"]): round(t["logprob"], 4) for t in top.get("top_logprobs") or top["top_probs"]}


def main(folder, oracle=None):
    folder = Path(folder)
    tied = dict(zip(("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"), [T.Q4_0] * 7))
    models = {
        # Grouped heads, an output layer of its own, every type; matrices of one stack in one type and in several.
        "random-llama": dict(
            architecture="llama", seed=1, layers=3, width=64, heads=4, kv_heads=2, feed_forward=256, vocabulary=263,
            untied=T.Q8_0,
            kinds={**tied, "token_embd": T.F16, "attn_q": [T.Q4_1, T.Q8_0, T.F32], "attn_k": [T.Q4_1, T.Q4_0, T.F16],
                   "attn_v": [T.Q4_1, T.Q8_0, T.F32], "ffn_gate": [T.Q4_0, T.F16, T.Q8_0],
                   "ffn_up": [T.Q4_1, T.F16, T.Q4_0], "ffn_down": [T.Q4_K, T.Q6_K, T.Q4_K]},
        ),
        # As Llama 3.2: tied, rotary frequencies divided by numbers in the file.
        "random-llama-rope": dict(
            architecture="llama", seed=2, layers=2, width=128, heads=4, kv_heads=1, feed_forward=256, vocabulary=263,
            rope_base=500000.0, rope_divisors=True, kinds={**tied, "token_embd": T.Q8_0, "ffn_down": [T.Q6_K, T.Q4_K]},
        ),
        "random-qwen2": dict(
            architecture="qwen2", seed=3, layers=2, width=128, heads=8, kv_heads=2, feed_forward=256, vocabulary=263,
            rope_base=1000000.0, kinds={**tied, "token_embd": T.Q8_0, "attn_v": [T.Q8_0, T.Q4_0], "ffn_down": T.Q4_K},
        ),
        # Heads of another size than width / heads.
        "random-qwen3": dict(
            architecture="qwen3", seed=4, layers=1, width=256, heads=4, kv_heads=2, key_length=32, feed_forward=256,
            vocabulary=263, rope_base=1000000.0,
            kinds={**tied, "token_embd": T.Q6_K, "attn_q": T.Q4_K, "attn_k": T.Q4_K, "attn_v": T.Q6_K,
                   "ffn_gate": T.Q4_K, "ffn_up": T.Q4_K, "ffn_down": T.Q4_K},
        ),
    }
    expected = {}
    for name, plan in models.items():
        path = folder / f"{name}.gguf"
        write(path, **plan)
        logits = Model(path).forward(IDS)
        ours = log_softmax(logits[-1])
        expected[name] = {"logits": [[round(float(x), 4) for x in row] for row in logits[[0, 11, len(IDS) - 1]]]}
        print(name, path.stat().st_size, "std", logits.std(), "max p", np.exp(ours).max())
        if oracle:
            theirs = llama_cpp(path)
            expected[name]["llamaCpp"] = theirs
            ids = [int(i) for i in theirs]
            difference = ours[ids] - np.array(list(theirs.values()))
            print("  llama.cpp:", len(ids), "tokens, rms", np.sqrt(np.mean(difference**2)), "max", abs(difference).max())
    facts = {"origin": "testing/oracle/random_models.py", "ids": IDS, "rows": [0, 11, len(IDS) - 1], "models": expected}
    (folder / "random-models.json").write_text(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
