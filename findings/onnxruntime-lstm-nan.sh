#!/usr/bin/env bash
# onnxruntime 1.30.0: LSTM and GRU give ordinary numbers for an input of NaN, but only where the optional biases B are given.
#
# NaN in the input of a network is expected to reach its output, where it shows that something went wrong before: it does in RNN, in
# MatMul, Sigmoid and Tanh, and in LSTM and GRU without B. B of zeros is by the specification the same as none, so that leaving it out or
# writing it should not decide it. With B, the gates are clipped as they are summed (std::min and std::max drop NaN), and what comes out
# looks like an answer of the network.
#
# Output seen, of three frames whose two columns are NaN, B zero:
#   LSTM without B: NaN NaN NaN    with B: 0.762 0.964 0.995
#   GRU without B: NaN NaN NaN    with B: 0.000 0.000 0.000
#   RNN without B: NaN NaN NaN    with B: NaN NaN NaN
#
# Run by hand: findings/onnxruntime-lstm-nan.sh [PYTHON], which is python3.13 unless given. Ends with 1 where the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${1:-python3.13}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check onnx==1.23.2 onnxruntime==1.30.0 numpy==2.5.5
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

options = onnxruntime.SessionOptions()
options.log_severity_level = 3
x = np.full((3, 1, 2), np.nan, np.float32)
same = True
for op, gates in (("LSTM", 4), ("GRU", 3), ("RNN", 1)):
    weights = {
        "W": np.ones((1, gates, 2), np.float32),
        "R": np.ones((1, gates, 1), np.float32),
        "B": np.zeros((1, 2 * gates), np.float32),
    }
    answers = []
    for biases in ("", "B"):
        node = helper.make_node(op, ["x", "W", "R", biases], ["y"], hidden_size=1)
        graph = helper.make_graph(
            [node],
            "g",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [3, 1, 2])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, [3, 1, 1, 1])],
            [numpy_helper.from_array(value, name) for name, value in weights.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        answers.append(session.run(None, {"x": x})[0].ravel())
    without, given = [" ".join("NaN" if np.isnan(v) else f"{v:.3f}" for v in answer) for answer in answers]
    print(f"{op} without B: {without}    with B: {given}")
    same = same and np.isnan(answers[0]).all() and np.isnan(answers[1]).all() == (op == "RNN")
sys.exit(0 if same else 1)
PYTHON
