"""Models of Keras as files, and what they give on sequences: the reference of test/weights/keras.

    python keras-models.py          rewrites keras-models.json beside this file

Runs on the backend of KERAS_BACKEND (torch); versions are recorded in the JSON. Every weight is random, biases and moving statistics too. A file stands
in the JSON as gzip in base64, as Keras wrote it; outputs are those of each sequence by itself, and, where there are
`padded` ones, those of the sequences in one batch, filled up with zeros.
"""

import base64
import gzip
import io
import json
import os
import tempfile
import zlib
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402

L = keras.layers
D = 3
LENGTHS = [1, 4, 7]
folder = tempfile.mkdtemp()


def randomise(model, seed):
    random = np.random.default_rng(seed)
    for w in model.weights:
        if "seed_generator" in w.path or w.dtype.startswith("int"):
            continue
        values = random.normal(0, 0.6, w.shape)
        w.assign(np.abs(values) + 0.2 if "variance" in w.path else values)


def packed(path):
    with open(path, "rb") as file:
        return base64.b64encode(gzip.compress(file.read(), 9, mtime=0)).decode()


def saved(model, name):
    path = os.path.join(folder, name)
    model.save(path)
    return packed(path)


def sequences(rows):
    random = np.random.default_rng(7)
    if rows:
        return [random.normal(0, 1, (5, D)).astype("float32")]
    return [random.normal(0, 1, (T, D)).astype("float32") for T in LENGTHS]


def lists(x):
    return [float(f"{v:.9g}") if x.dtype == np.float32 else float(v) for v in np.asarray(x).ravel()]


def run(model, x):
    return np.asarray(keras.ops.convert_to_numpy(model(x, training=False)))


def case(model, endings=("keras",), padded=False, rows=False):
    xs = sequences(rows)
    given = [lists(x) for x in xs]
    outputs = [run(model, x if rows else x[None]) for x in xs]
    outputs = [y if rows else y[0] for y in outputs]
    out = {
        "rows": rows,
        "sequences": given,
        "outputs": [{"shape": list(y.shape), "data": lists(y)} for y in outputs],
        "files": {ending: saved(model, f"model.{ending}") for ending in endings},
    }
    if padded:
        batch = np.zeros((len(xs), max(LENGTHS), D), "float32")
        for b, x in enumerate(xs):
            batch[b, : len(x)] = x
        y = run(model, batch)
        out["padded"] = [lists(y[b] if y.ndim == 2 else y[b, : len(xs[b])]) for b in range(len(xs))]
    return out


def seq(*layers, inputs=(None, D)):
    return keras.Sequential([keras.Input(inputs), *layers])


def chain(*layers, inputs=(None, D)):
    first = x = keras.Input(inputs)
    for layer in layers:
        x = layer(x)
    return keras.Model(first, x)


def trained(model):
    model.compile("adam", "categorical_crossentropy")
    random = np.random.default_rng(3)
    y = np.eye(2, dtype="float32")[random.integers(0, 2, 8)]
    model.fit(random.normal(0, 1, (8, 5, D)).astype("float32"), y, epochs=2, verbose=0)
    return model


def adapted(seed=5):
    layer = L.Normalization()
    layer.adapt(np.random.default_rng(seed).normal(2, 3, (40, D)).astype("float32"))
    return layer


both = ("keras", "h5")
models = {
    "lstm": (lambda: seq(L.LSTM(4, return_sequences=True), L.LSTM(3), L.Dense(2, activation="softmax")), both),
    "lstm-frames": (lambda: seq(L.LSTM(4, return_sequences=True), L.Dense(2)), ("keras",)),
    "lstm-activations": (
        lambda: seq(
            L.LSTM(4, activation="relu", return_sequences=True), L.LSTM(3, activation="sigmoid", dropout=0.2)
        ),
        ("keras",),
    ),
    "gru": (
        lambda: seq(
            L.GRU(4, reset_after=False, return_sequences=True),
            L.GRU(3, reset_after=True, recurrent_dropout=0.1),
            L.Dense(2, activation="tanh"),
        ),
        both,
    ),
    "simple-rnn": (
        lambda: seq(
            L.SimpleRNN(4, return_sequences=True),
            L.SimpleRNN(3, activation="relu", return_sequences=True),
            L.SimpleRNN(4, activation="sigmoid", return_sequences=True),
            L.GlobalMaxPooling1D(),
        ),
        both,
    ),
    "no-bias": (
        lambda: seq(
            L.LSTM(4, use_bias=False, return_sequences=True),
            L.GRU(3, use_bias=False, return_sequences=True),
            L.GRU(3, use_bias=False, reset_after=False, return_sequences=True),
            L.SimpleRNN(4, use_bias=False),
            L.Dense(2, use_bias=False, activation="sigmoid"),
        ),
        both,
    ),
    "bidirectional": (
        lambda: seq(
            L.Bidirectional(L.LSTM(4, return_sequences=True)),
            L.Bidirectional(L.GRU(3)),
            L.Dense(2, activation="softmax"),
        ),
        both,
    ),
    "bidirectional-merges": (
        lambda: seq(
            L.Bidirectional(L.SimpleRNN(4, return_sequences=True), merge_mode="sum"),
            L.Bidirectional(L.RNN(L.LSTMCell(3), return_sequences=True), merge_mode="ave"),
            L.Bidirectional(L.LSTM(4), merge_mode="sum"),
        ),
        ("keras",),
    ),
    "cells": (
        lambda: seq(
            L.RNN([L.LSTMCell(4), L.LSTMCell(3), L.GRUCell(4)], return_sequences=True),
            L.RNN(L.SimpleRNNCell(3), return_sequences=True),
            L.RNN([L.LSTMCell(4)]),
        ),
        both,
    ),
    "twelve": (
        lambda: seq(*[L.LSTM(3 + k % 2, return_sequences=True, name=f"layer_{11 - k}") for k in range(12)]),
        both,
    ),
    "normalization": (lambda: seq(adapted(), L.LSTM(4), L.Dense(2)), both),
    "normalization-options": (
        lambda: seq(
            L.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 0.25]),
            L.Normalization(mean=1.5, variance=2.0),
            L.Normalization(mean=[0.5, 0.0, 1.0], variance=[4.0, 0.5, 1.0], invert=True),
            L.Bidirectional(L.GRU(3, return_sequences=True)),
            L.GlobalAveragePooling1D(),
        ),
        ("keras",),
    ),
    "batch-normalization": (
        lambda: seq(
            L.BatchNormalization(),
            L.Bidirectional(L.LSTM(3, return_sequences=True)),
            L.BatchNormalization(scale=False),
            L.GlobalAveragePooling1D(),
            L.BatchNormalization(center=False, epsilon=0.01),
            L.Dense(5),
            L.BatchNormalization(),
            L.ReLU(),
            L.Dropout(0.3),
            L.Dense(4, activation="relu"),
            L.BatchNormalization(scale=False, center=False),
            L.Dropout(0.3),
            L.Dense(2, activation="softmax"),
        ),
        both,
    ),
    "layer-normalization": (
        lambda: seq(
            L.LayerNormalization(),
            L.GRU(4, return_sequences=True),
            L.LayerNormalization(center=False, epsilon=1e-5),
            L.Dense(4),
            L.LayerNormalization(scale=False),
            L.LSTM(3, return_sequences=True),
            L.LayerNormalization(scale=False, center=False),
        ),
        both,
    ),
    "activations": (
        lambda: seq(
            L.LSTM(4, return_sequences=True),
            L.Activation("relu"),
            L.Dense(4),
            L.Activation("tanh"),
            L.Dense(3, activation="softplus"),
            L.Dense(4),
            L.LeakyReLU(negative_slope=0.01),
            L.SpatialDropout1D(0.2),
            L.TimeDistributed(L.Dense(3, activation="sigmoid")),
            L.TimeDistributed(L.BatchNormalization()),
            L.TimeDistributed(L.LayerNormalization()),
            L.Identity(),
            L.Dense(3),
            L.Softmax(),
            L.GlobalAveragePooling1D(),
        ),
        ("keras",),
    ),
    "masking": (
        lambda: seq(
            L.Masking(),
            L.LSTM(4, return_sequences=True),
            L.Bidirectional(L.GRU(3, return_sequences=True)),
            L.Dense(4, activation="tanh"),
            L.Bidirectional(L.LSTM(3)),
            L.Dense(2, activation="softmax"),
        ),
        ("keras",),
    ),
    "masking-functional": (
        lambda: chain(
            L.Masking(), L.GRU(4, return_sequences=True), L.Dense(3), L.GlobalAveragePooling1D(), L.Dense(2)
        ),
        both,
    ),
    "nested": (
        lambda: chain(
            keras.Sequential([keras.Input((None, D)), L.LSTM(4, return_sequences=True), L.Dense(3)]),
            L.LSTM(3, return_sequences=True),
            chain(L.LSTM(4), L.Dense(2), inputs=(None, 3)),
        ),
        ("keras",),
    ),
    "trained": (lambda: trained(seq(L.LSTM(4), L.Dense(2, activation="softmax"))), both),
    "mlp": (
        lambda: seq(
            adapted(),
            L.Dense(5, activation="relu"),
            L.Dropout(0.2),
            L.Dense(4, activation="relu"),
            L.Dropout(0.2),
            L.Dense(2, activation="softmax"),
            inputs=(D,),
        ),
        both,
    ),
    "mlp-plain": (
        lambda: seq(
            L.BatchNormalization(),
            L.Dense(5),
            L.BatchNormalization(),
            L.Activation("tanh"),
            L.Dense(1, activation="sigmoid"),
            inputs=(D,),
        ),
        ("keras",),
    ),
    "mlp-dropout": (
        lambda: seq(L.Dropout(0.1), L.Dense(4, activation="tanh"), L.Dense(2), inputs=(D,)),
        ("keras",),
    ),
    "rows-dropout": (
        lambda: seq(adapted(), L.Dropout(0.1), L.Dense(4, activation="tanh"), L.Dense(2), inputs=(D,)),
        ("keras",),
    ),
    "rows-mixed": (
        lambda: seq(L.Dense(5, activation="relu"), L.Dense(4, activation="tanh"), L.Dense(2), inputs=(D,)),
        ("keras",),
    ),
    "float64": (
        lambda: seq(
            # Others compute in float32 all the same (findings/keras-float64.sh).
            L.LSTM(4, return_sequences=True, dtype="float64"),
            L.GRU(3, dtype="float64"),
            inputs=(None, D),
        ),
        both,
    ),
}

masked = {"masking", "masking-functional"}


def residual():
    x = keras.Input((None, D))
    return keras.Model(x, L.Add()([x, L.Dense(D)(x)]))


def two_outputs():
    x = keras.Input((None, D))
    h = L.LSTM(3)(x)
    return keras.Model(x, [L.Dense(2)(h), L.Dense(1)(h)])


def side_output():
    x = keras.Input((None, D))
    h = L.LSTM(3)(x)
    return keras.Model(x, [L.Dense(2)(h), h])


def two_inputs():
    x, c = keras.Input((None, D)), keras.Input((3,))
    return keras.Model([x, c], L.GRU(3)(x, initial_state=c))


def shared():
    x = keras.Input((None, D))
    dense = L.Dense(D)
    return keras.Model(x, dense(dense(x)))


refused = {
    "conv": lambda: seq(L.Conv1D(4, 3), L.GlobalAveragePooling1D(), L.Dense(2)),
    "embedding": lambda: seq(L.Embedding(9, 4), L.LSTM(3), inputs=(None,)),
    "backwards": lambda: seq(L.LSTM(3, go_backwards=True)),
    "gelu": lambda: seq(L.LSTM(3), L.Dense(2, activation="gelu", name="head")),
    "gru-relu": lambda: seq(L.GRU(3, activation="relu")),
    "hard-sigmoid": lambda: seq(L.LSTM(3, recurrent_activation="hard_sigmoid")),
    "leaky": lambda: seq(L.Dense(3), L.LeakyReLU()),
    "merge": lambda: seq(L.Bidirectional(L.LSTM(3), merge_mode="mul")),
    "stacked-directions": lambda: seq(L.Bidirectional(L.RNN([L.LSTMCell(3), L.LSTMCell(3)]))),
    "axis": lambda: seq(L.BatchNormalization(axis=1), L.Dense(2), inputs=(5, D)),
    "channels": lambda: seq(L.GlobalMaxPooling1D(data_format="channels_first"), L.Dense(2), inputs=(4, D)),
    "rescaling": lambda: seq(L.Rescaling(2.0), L.LSTM(3)),
    "lambda": lambda: seq(L.Lambda(lambda x: x + 1, output_shape=(None, D)), L.LSTM(3)),
    "residual": residual,
    "two-outputs": two_outputs,
    "side-output": side_output,
    "two-inputs": two_inputs,
    "shared": shared,
}


def keras2_form(path):
    """A file as Keras 2 wrote them: another form of the configuration, and names that end in `:0`."""
    model = seq(L.GRU(4, reset_after=False, return_sequences=True), L.LSTM(3), L.Dense(2, activation="softmax"))
    randomise(model, 21)
    layers = [
        {"class_name": "GRU", "config": {"name": "gru_1", "batch_input_shape": [None, None, D], "units": 4,
                                         "activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True,
                                         "return_sequences": True, "go_backwards": False, "stateful": False,
                                         "dropout": 0.0, "recurrent_dropout": 0.0, "implementation": 1}},
        {"class_name": "LSTM", "config": {"name": "lstm_1", "units": 3, "activation": "tanh",
                                          "recurrent_activation": "sigmoid", "use_bias": True,
                                          "unit_forget_bias": True, "return_sequences": False}},
        {"class_name": "Dense", "config": {"name": "dense_1", "units": 2, "activation": "softmax", "use_bias": True}},
    ]
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.2.4"
        file.attrs["backend"] = "tensorflow"
        text = json.dumps({"class_name": "Sequential", "config": {"name": "sequential_1", "layers": layers}})
        file.attrs["model_config"] = text.encode()
        group = file.create_group("model_weights")
        names = [layer["config"]["name"] for layer in layers]
        group.attrs["layer_names"] = [name.encode() for name in names]
        for name, layer in zip(names, model.layers):
            own = group.create_group(name)
            kinds = ["kernel", "recurrent_kernel", "bias"] if len(layer.weights) == 3 else ["kernel", "bias"]
            weights = [f"{name}/{kind}:0" for kind in kinds]
            own.attrs["weight_names"] = [w.encode() for w in weights]
            for weight, value in zip(weights, layer.get_weights()):
                own.create_dataset(weight, data=value)
    return case(model, endings=())


def main():
    cases = {}
    for name, (make, endings) in models.items():
        keras.utils.clear_session()
        model = make()
        if name != "trained":
            randomise(model, zlib.crc32(name.encode()))
        rows = len(model.input_shape) == 2
        cases[name] = case(model, endings, name in masked, rows)
    path = os.path.join(folder, "keras2.h5")
    cases["keras-2-form"] = keras2_form(path)
    cases["keras-2-form"]["files"] = {"h5": packed(path)}
    no = {}
    for name, make in refused.items():
        keras.utils.clear_session()
        no[name] = saved(make(), f"{name}.keras")
    weights = os.path.join(folder, "lstm.weights.h5")
    keras.utils.clear_session()
    model = seq(L.LSTM(4, return_sequences=True), L.Bidirectional(L.LSTM(3)), L.Dense(5), L.Dense(2))
    randomise(model, 9)
    alone = case(model, endings=())
    model.save_weights(weights)
    alone["files"] = {"weights.h5": packed(weights)}
    versions = {"keras": keras.__version__, "h5py": h5py.__version__, "hdf5": h5py.version.hdf5_version}
    versions["backend"] = keras.backend.backend()
    out = {"versions": versions, "inputs": D, "cases": cases, "refused": no, "weights": alone}
    Path(__file__).with_suffix(".json").write_text(f"{json.dumps(out)}\n")


main()
