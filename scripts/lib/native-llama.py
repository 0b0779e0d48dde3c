"""llama.cpp's own HTTP server over one GGUF file: python native-llama.py FILE PORT. Ends when its input ends."""

import sys

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames = ["127.0.0.1"]
params.port = int(sys.argv[2])
params.n_ctx = 2048
params.n_parallel = 1
# More threads wait for each other by spinning, which is slow beside a browser on the same cores.
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 1
params.ui = False
params.offline = True
server = xllamacpp.Server(params)
print("listening", server.listening_address, flush=True)
sys.stdin.read()
