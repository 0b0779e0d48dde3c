"""Writes fixtures/smollm2-oracle.{json,bin.gz}: the likeliest tokens after each position, by the float32 forward pass.

    python distributions.py SmolLM2-135M-Instruct.Q4_1.gguf llama-cpp-replies.json ../fixtures

Needs numpy and gguf 0.19.0. The sequences: the ten questions with llama.cpp's replies, and after each question 110 tokens
drawn from the float32 model itself at temperature 1 (seed 7), whose positions are as uncertain as text gets. Positions
that an earlier sequence began with are not written again.

The binary holds, for each position written, `top` token ids (uint16), as many negated log-probabilities in steps of 1/2048
(uint16), all ids first; then a float32 for each position: the probability of all other tokens together.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np

from forward import Model, log_softmax

TOP, DRAWN, STEPS = 256, 110, 2048


def common_prefix(a, b):
    n = 0
    while n < min(len(a), len(b)) and a[n] == b[n]:
        n += 1
    return n


def main(model_file, replies_file, folder):
    model = Model(model_file)
    random = np.random.default_rng(7)
    sequences, tops, steps, rests = [], [], [], []

    def write(ids, logits, first, prompt_tokens, by):
        log_p = log_softmax(logits)
        top = np.argsort(-log_p, -1, kind="stable")[:, :TOP]
        likely = np.take_along_axis(log_p, top, -1)
        tops.append(top.astype("<u2"))
        steps.append(np.minimum(np.round(-likely * STEPS), 65535).astype("<u2"))
        rests.append((1 - np.exp(likely).sum(-1)).clip(0).astype("<f4"))
        sequences.append({"by": by, "promptTokens": prompt_tokens, "first": first, "ids": [int(i) for i in ids]})

    earlier = []
    for question in json.load(open(replies_file))["questions"]:
        prompt = question["promptIds"]
        shared = max((common_prefix(prompt, e) for e in earlier), default=0)
        earlier.append(prompt)
        model.clear()
        ids = prompt + question["replyIds"]
        write(ids, model.forward(ids)[shared:], shared, len(prompt), "llama.cpp")
        model.truncate(len(prompt) - 1)
        drawn, rows = list(prompt), [model.forward(prompt[-1:])[0]]
        for _ in range(DRAWN):
            p = np.exp(log_softmax(rows[-1]))
            drawn.append(int(random.choice(len(p), p=p / p.sum())))
            rows.append(model.forward(drawn[-1:])[0])
        write(drawn, np.stack(rows[1:]), len(prompt), len(prompt), "float32")
        print(len(sequences), sum(len(r) for r in rests), flush=True)

    folder = Path(folder)
    data = b"".join(np.concatenate(parts).tobytes() for parts in (tops, steps, rests))
    (folder / "smollm2-oracle.bin.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    facts = {
        "origin": "testing/oracle/distributions.py over SmolLM2-135M-Instruct.Q4_1.gguf (sha-256 b179c952…30db53), numpy "
        + np.__version__ + ", gguf 0.19.0.",
        "top": TOP,
        "stepsPerUnit": STEPS,
        "positions": sum(len(r) for r in rests),
        "sequences": sequences,
    }
    (folder / "smollm2-oracle.json").write_text(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
