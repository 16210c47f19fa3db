#!/usr/bin/env bash
# Keras 3.15.0 on PyTorch: layers made with dtype="float64" compute in float32, and say that what they give is float64.
#
# A layer's dtype is that of its weights and of its computation. Their products go through `result_type`, which makes float32 of float64
# for every backend but TensorFlow; the result is cast to float64 at the end, so that nothing shows it. keras.config.set_floatx("float64")
# does not change it. LSTM and GRU, which PyTorch computes as a whole, are right to 1e-15.
#
# Output seen:
#   Dense: float64, worst difference 3e-07
#   BatchNormalization: float64, worst difference 2e-07
#   GRU: float64, worst difference 2e-16
#
# Run by hand: findings/keras-float64.sh [PYTHON], which is python3.13 unless given. Ends with 1 where the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${1:-python3.13}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check keras==3.15.0 torch==2.15.0 numpy==2.5.5
KERAS_BACKEND=torch "$folder/venv/bin/python" - <<'PYTHON'
import sys

import keras
import numpy as np

keras.config.set_floatx("float64")
random = np.random.default_rng(0)
x = random.normal(size=(1, 4, 3))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def dense(kernel, bias):
    return x @ kernel + bias


def normalised(gamma, beta, mean, variance):
    return (x - mean) / np.sqrt(variance + 1e-3) * gamma + beta


def gru(kernel, recurrent, bias):
    h = np.zeros(4)
    for row in x[0]:
        a, b = row @ kernel + bias[0], h @ recurrent + bias[1]
        z, r = sigmoid(a[:4] + b[:4]), sigmoid(a[4:8] + b[4:8])
        h = z * h + (1 - z) * np.tanh(a[8:] + r * b[8:])
    return h


same = True
for layer, expected in (
    (keras.layers.Dense(4, dtype="float64"), dense),
    (keras.layers.BatchNormalization(dtype="float64"), normalised),
    (keras.layers.GRU(4, dtype="float64"), gru),
):
    layer.build((None, None, 3))
    for weight in layer.weights:
        weight.assign(np.abs(random.normal(size=weight.shape)) + 0.2)
    y = keras.ops.convert_to_numpy(layer(x, training=False))
    worst = np.abs(y - expected(*[keras.ops.convert_to_numpy(weight) for weight in layer.weights])).max()
    print(f"{type(layer).__name__}: {y.dtype}, worst difference {worst:.0e}")
    same = same and y.dtype == np.float64 and (worst > 1e-9) == (expected is not gru)
sys.exit(0 if same else 1)
PYTHON
