"""A plain float32 forward pass over the dequantised tensors of a GGUF file: what the kernels are measured against.

Written from the papers and the GGUF specification, without any of the tricks of the engine: tensors keep the order of the
file (queries and keys of llama files turn neighbouring pairs), nothing is packed and nothing is quantised again.
"""

import numpy as np
from gguf import GGUFReader, quants


class Model:
    def __init__(self, path):
        reader = GGUFReader(path)
        field = lambda name: reader.fields[name].contents() if name in reader.fields else None
        self.architecture = field("general.architecture")
        size = lambda name: field(f"{self.architecture}.{name}")
        self.layers = size("block_count")
        self.width = size("embedding_length")
        self.heads = size("attention.head_count")
        self.kv_heads = size("attention.head_count_kv") or self.heads
        self.head_size = size("attention.key_length") or self.width // self.heads
        self.epsilon = size("attention.layer_norm_rms_epsilon")
        self.rope_base = size("rope.freq_base") or 10000.0
        self.tensors = {
            t.name: np.ascontiguousarray(quants.dequantize(t.data, t.tensor_type).astype(np.float32))
            for t in reader.tensors
        }
        half = self.head_size // 2
        frequencies = self.rope_base ** (-np.arange(half, dtype=np.float64) / half)
        divisors = self.tensors.get("rope_freqs.weight")
        self.frequencies = frequencies if divisors is None else frequencies / divisors.astype(np.float64)
        self.clear()

    def clear(self):
        empty = lambda: np.zeros((self.kv_heads, 0, self.head_size), np.float32)
        self.cache = [[empty(), empty()] for _ in range(self.layers)]

    def truncate(self, length):
        self.cache = [[k[:, :length], v[:, :length]] for k, v in self.cache]

    @property
    def position(self):
        return self.cache[0][0].shape[1]

    def norm(self, x, name):
        scale = 1 / np.sqrt(np.mean(x.astype(np.float64) ** 2, -1, keepdims=True) + self.epsilon)
        return (x * scale).astype(np.float32) * self.tensors[name]

    def linear(self, x, name):
        y = x @ self.tensors[f"{name}.weight"].T
        bias = self.tensors.get(f"{name}.bias")
        return y if bias is None else y + bias

    def rotary(self, x):
        angles = (self.position + np.arange(x.shape[0]))[:, None] * self.frequencies
        cos, sin = np.cos(angles)[:, None].astype(np.float32), np.sin(angles)[:, None].astype(np.float32)
        out = np.empty_like(x)
        half = self.head_size // 2
        # llama files keep the order of the original weights: pairs lie side by side.
        first, second = (
            (slice(0, None, 2), slice(1, None, 2))
            if self.architecture == "llama"
            else (slice(0, half), slice(half, None))
        )
        a, b = x[..., first], x[..., second]
        out[..., first] = a * cos - b * sin
        out[..., second] = b * cos + a * sin
        return out

    def attention(self, layer, x):
        rows, block = x.shape[0], f"blk.{layer}"
        split = lambda y: y.reshape(rows, -1, self.head_size)
        q = split(self.linear(x, f"{block}.attn_q"))
        k = split(self.linear(x, f"{block}.attn_k"))
        v = split(self.linear(x, f"{block}.attn_v"))
        if f"{block}.attn_q_norm.weight" in self.tensors:
            q, k = self.norm(q, f"{block}.attn_q_norm.weight"), self.norm(k, f"{block}.attn_k_norm.weight")
        q, k = self.rotary(q).swapaxes(0, 1), self.rotary(k).swapaxes(0, 1)
        keys, values = self.new_cache[layer] = [
            np.concatenate([self.cache[layer][0], k], 1),
            np.concatenate([self.cache[layer][1], v.swapaxes(0, 1)], 1),
        ]
        group = self.heads // self.kv_heads
        scores = q @ np.repeat(keys, group, 0).swapaxes(1, 2) / np.float32(np.sqrt(self.head_size))
        visible = np.arange(keys.shape[1])[None] <= (self.position + np.arange(rows))[:, None]
        scores = np.where(visible[None], scores, -np.inf)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        out = (weights @ np.repeat(values, group, 0)).swapaxes(0, 1).reshape(rows, -1)
        return self.linear(out, f"{block}.attn_output")

    def feed_forward(self, layer, x):
        block = f"blk.{layer}"
        gate = self.linear(x, f"{block}.ffn_gate")
        return self.linear(gate / (1 + np.exp(-gate)) * self.linear(x, f"{block}.ffn_up"), f"{block}.ffn_down")

    def forward(self, ids):
        """Logits `[len(ids), vocabulary]` of ids appended to the cache."""
        x = self.tensors["token_embd.weight"][ids]
        self.new_cache = [None] * self.layers
        for layer in range(self.layers):
            x = x + self.attention(layer, self.norm(x, f"blk.{layer}.attn_norm.weight"))
            x = x + self.feed_forward(layer, self.norm(x, f"blk.{layer}.ffn_norm.weight"))
        self.cache = self.new_cache
        output = "output" if "output.weight" in self.tensors else "token_embd"
        return self.linear(self.norm(x, "output_norm.weight"), output)


def log_softmax(logits):
    x = logits.astype(np.float64)
    x = x - x.max(-1, keepdims=True)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))
