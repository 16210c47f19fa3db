#!/usr/bin/env bash
# skl2onnx 1.20.0: an MLPRegressor of several outputs becomes a graph that gives them under each other, [2 n, 1] in place of [n, 2].
#
# The last node of the graph is a Reshape to [-1, 1], right for one output alone. The numbers are those of scikit-learn, row by row;
# the shape is not what `predict` gives, nor can rows be told apart without knowing how many outputs there are.
#
# Output seen, of 3 rows and 2 outputs:
#   scikit-learn (3, 2)    onnxruntime (6, 1)    the same numbers: True
#
# Run by hand: findings/skl2onnx-regressor-columns.sh [PYTHON], which is python3.13 unless given. Ends with 1 where the behaviour has
# changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${1:-python3.13}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check skl2onnx==1.20.0 scikit-learn==1.9.1 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.5.5
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import warnings

import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.neural_network import MLPRegressor

warnings.simplefilter("ignore")
x = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
model = MLPRegressor(hidden_layer_sizes=(5,), max_iter=20, random_state=0).fit(x, x[:, :2])
session = onnxruntime.InferenceSession(to_onnx(model, x[:1]).SerializeToString(), providers=["CPUExecutionProvider"])
wanted = model.predict(x[:3])
got = session.run(None, {session.get_inputs()[0].name: x[:3]})[0]
same = bool(np.allclose(got.ravel(), wanted.ravel(), atol=1e-5))
print(f"scikit-learn {wanted.shape}    onnxruntime {got.shape}    the same numbers: {same}")
sys.exit(0 if got.shape == (6, 1) and same else 1)
PYTHON
