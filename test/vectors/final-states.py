"""Reference vectors for the final states of bidirectional layers: ONNX Runtime's operators in float32.

    python final-states.py       rewrites final-states.json beside this file

Needs onnx and onnxruntime; their versions are recorded in the JSON. "finalStates" is [sequence][2 H]: the operator's
output Y_h (PyTorch's h_n), the forward direction's output at the sequence's last frame beside the backward direction's at
its first. The batch has sequences of unequal lengths, padded with 1000, which must show nowhere. "x" is
[sequence][frame][column]; weights have our names, "0.forward.Wxi" for gate i of the forward direction of layer 0, and
three decimals, so that the JSON holds them exactly. Of two layers the lower one gives the upper one all its frames.
"""

import json
import platform
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

random = np.random.default_rng(20150416)

LENGTHS = [4, 7, 2, 5, 1]
PAD = 1000.0
GATES = {"rnn": "h", "lstm": "iofc", "gru": "zrn"}
ATTRIBUTES = {"rnn": {"activations": ["Tanh", "Tanh"]}, "lstm": {}, "gru": {"linear_before_reset": 1}}
OPTIONS = {"rnn": {}, "lstm": {"peepholes": False}, "gru": {}}


def decimals(*shape):
    return np.round(random.normal(0, 0.6, shape), 3)


def direction(kind, inputs, units):
    """Weights by our names and as the operator's W, R and B; recurrent biases are zero but for the GRU's candidate."""
    gates = GATES[kind]
    named = {f"Wx{g}": decimals(units, inputs) for g in gates}
    named |= {f"Wh{g}": decimals(units, units) for g in gates}
    named |= {f"b{g}": decimals(units) for g in gates}
    if kind == "gru":
        named["bhn"] = decimals(units)
    recurrent = [named.get(f"bh{g}", np.zeros(units)) for g in gates]
    stack = lambda prefix: np.concatenate([named[f"{prefix}{g}"] for g in gates])
    return named, (stack("Wx"), stack("Wh"), np.concatenate([stack("b"), *recurrent]))


def run_operator(kind, units, tensors, padded):
    """Y [frame, direction, sequence, unit] and Y_h [direction, sequence, unit]."""
    names = ["X", "W", "R", "B", "lengths"]
    values = [padded, *(np.stack(each) for each in zip(*tensors))]
    feeds = {name: value.astype(np.float32) for name, value in zip(names, values)}
    feeds["lengths"] = np.array(LENGTHS, dtype=np.int32)
    attributes = {"hidden_size": units, "direction": "bidirectional", **ATTRIBUTES[kind]}
    node = helper.make_node(kind.upper(), names, ["Y", "Y_h"], **attributes)
    types = {"lengths": TensorProto.INT32}
    given = [helper.make_tensor_value_info(n, types.get(n, TensorProto.FLOAT), v.shape) for n, v in feeds.items()]
    made = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in ("Y", "Y_h")]
    graph = helper.make_graph([node], kind, given, made)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(["Y", "Y_h"], feeds)


def case(kind, depth, inputs=3, units=4):
    xs = [decimals(length, inputs) for length in LENGTHS]
    padded = np.full((max(LENGTHS), len(xs), inputs), PAD)
    for b, x in enumerate(xs):
        padded[:len(x), b] = x
    parameters = {}
    for i in range(depth):
        halves = [direction(kind, padded.shape[2], units) for _ in range(2)]
        for way, (named, _) in zip(("forward", "backward"), halves):
            parameters |= {f"{i}.{way}.{name}": value.reshape(-1).tolist() for name, value in named.items()}
        y, final = run_operator(kind, units, [tensors for _, tensors in halves], padded)
        padded = y.transpose(0, 2, 1, 3).reshape(len(y), len(xs), 2 * units)
    return {
        "kind": kind,
        "options": OPTIONS[kind],
        "depth": depth,
        "units": units,
        "parameters": parameters,
        "x": [x.tolist() for x in xs],
        "finalStates": [[float(f"{v:.9g}") for v in row] for row in np.concatenate(final, axis=1)],
    }


def main():
    out = {
        "about": "written by final-states.py",
        "versions": {
            "python": platform.python_version(),
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
        },
        "cases": [case(kind, depth) for kind in ("rnn", "lstm", "gru") for depth in (1, 2)],
    }
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(out, separators=(",", ":")).replace(',"', ',\n"') + "\n")
    print(path.name, path.stat().st_size, "bytes;", len(out["cases"]), "cases")


if __name__ == "__main__":
    main()
