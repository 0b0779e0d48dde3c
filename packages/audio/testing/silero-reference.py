"""Writes what Silero VAD v6 says of a 16 kHz WAV, frame by frame, under the native ONNX Runtime.

    pip install onnxruntime==1.32.0 numpy
    python3 silero-reference.py silero_vad_v6.onnx jfk.wav > fixtures/silero-v6-jfk.json
"""

import hashlib
import json
import sys
import wave

import numpy as np
import onnxruntime as ort

model_path, wav_path = sys.argv[1:3]
with wave.open(wav_path) as wav:
    assert (wav.getframerate(), wav.getnchannels(), wav.getsampwidth()) == (16_000, 1, 2)
    samples = np.frombuffer(wav.readframes(wav.getnframes()), dtype="<i2").astype(np.float32) / 32_768

session = ort.InferenceSession(model_path, providers=["CPUExecutionProvider"])
state = np.zeros((2, 1, 128), dtype=np.float32)
context = np.zeros(64, dtype=np.float32)
probabilities = []
for start in range(0, len(samples) - 511, 512):
    frame = samples[start : start + 512]
    feeds = {"input": np.concatenate([context, frame])[None], "state": state, "sr": np.array(16_000, dtype=np.int64)}
    probability, state = session.run(None, feeds)
    probabilities.append(round(float(probability[0, 0]), 6))
    context = frame[-64:]

print(
    json.dumps(
        {
            "origin": f"silero-reference.py, onnxruntime {ort.__version__}",
            "modelSha256": hashlib.sha256(open(model_path, "rb").read()).hexdigest(),
            "wav": wav_path.split("/")[-1],
            "frameSamples": 512,
            "probabilities": probabilities,
        }
    )
)
