"""llama.cpp's own server with one model, until it is stopped. Prints its address when it answers."""

import signal
import sys

import xllamacpp

parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.n_ctx = 32768
parameters.n_parallel = 2
parameters.n_predict = int(sys.argv[2])
parameters.port = 0
parameters.warmup = False
parameters.use_jinja = True
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
signal.pause()
