"""Models saved by Keras 2 itself (tensorflow-cpu 2.15.1, Python 3.11), and its outputs on sequences.

python keras-2-models.py keras-2-models.json
"""

import base64
import gzip
import json
import os
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import keras as package
import numpy as np
import tensorflow as tf
from tensorflow import keras

L = keras.layers
D = 3


def stacked(*layers, inputs=(None, D)):
    return keras.Sequential([keras.Input(inputs), *layers])


MODELS = {
    "lstm": lambda: stacked(
        L.LSTM(4, return_sequences=True), L.Dropout(0.3), L.LSTM(3), L.Dense(2, activation="softmax")
    ),
    "both": lambda: stacked(
        L.Bidirectional(L.LSTM(4, return_sequences=True)), L.Bidirectional(L.GRU(3)), L.Dense(2)
    ),
    "gru": lambda: stacked(
        L.GRU(4, reset_after=False, return_sequences=True),
        L.GRU(3, return_sequences=True),
        L.GlobalAveragePooling1D(),
        L.Dense(2, activation="tanh"),
    ),
    "mlp": lambda: stacked(L.Dense(5, activation="relu"), L.Dense(2, activation="softmax"), inputs=(D,)),
}
rng = np.random.default_rng(2)


def packed(path):
    with open(path, "rb") as file:
        return base64.b64encode(gzip.compress(file.read(), 9, mtime=0)).decode()


def case(make):
    keras.backend.clear_session()
    model = make()
    for weights in model.weights:
        weights.assign(rng.normal(size=weights.shape).astype("float32") * 0.5)
    model.compile("adam", "mse")
    rows = len(model.input_shape) == 2
    sequences, outputs = [], []
    for length in [1, 1, 1] if rows else [1, 4, 7]:
        x = rng.normal(size=(length, D)).astype("float32")
        y = model(x if rows else x[None], training=False).numpy()
        y = y if rows else y[0]
        sequences.append([float(v) for v in x.ravel()])
        outputs.append({"shape": list(y.shape), "data": [float(v) for v in y.ravel()]})
    files = {}
    for ending in ("h5", "keras"):
        path = os.path.join(tempfile.mkdtemp(), f"model.{ending}")
        model.save(path)
        files[ending] = packed(path)
    return {"rows": rows, "sequences": sequences, "outputs": outputs, "files": files}


versions = {"tensorflow": tf.__version__, "keras": package.__version__, "h5py": h5py.__version__}
cases = {name: case(make) for name, make in MODELS.items()}
with open(sys.argv[1], "w") as file:
    file.write(json.dumps({"versions": versions, "inputs": D, "cases": cases}) + "\n")
