"""Reference vectors for the layers around recurrent ones, in float64, by PyTorch.

    python layers.py          rewrites layers.json beside this file

Needs torch (CPU) and numpy; their versions are recorded in the JSON. Weights, inputs and directions are random numbers of three
decimals, so that the JSON holds them exactly; results have 12 significant digits.

Every case has sequences of unequal lengths. "y" are the outputs, "gradients" and "dx" the derivatives of the sum over all
outputs of dy * y, "yDot" the tangents of the outputs along "xDot" and "dots" (torch.func.jvp). All of "x", "y", "dx" and the like
are [sequence][frame][column].

    layerNorm       torch.nn.functional.layer_norm
    attentionPool   written out: softmax over time of tanh(x W + b) V, one weighted sum of x for each column of V; also "weights"
    residual        a linear layer with tanh, then torch.nn.functional.layer_norm, beside them x or x P
    frameStack      rows of x, repeated and chosen by index
"""

import json
import platform
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import layer_norm

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

random = np.random.default_rng(20160721)

LENGTHS = [4, 1, 6, 3]


def decimals(*shape, scale=1.0):
    return torch.tensor(np.round(random.normal(0, scale, shape), 3))


def written(values, digits=12):
    return [float(f"{float(v):.{digits}g}") for v in values.detach().reshape(-1)]


def rows_of(sequences):
    return [[written(row) for row in sequence] for sequence in sequences]


def case(kind, options, parameters, f, inputs=3, **more):
    """f(parameters, x) is the layer for one sequence."""
    names = list(parameters)
    xs = [decimals(length, inputs) for length in LENGTHS]
    dots = {name: decimals(*value.shape) for name, value in parameters.items()}
    x_dots = [decimals(*x.shape) for x in xs]

    def run(values, sequences):
        return tuple(f(dict(zip(names, values)), x) for x in sequences)

    values = tuple(parameters.values())
    ys, y_dots = torch.func.jvp(run, (values, tuple(xs)), (tuple(dots.values()), tuple(x_dots)))
    dys = [decimals(*y.shape) for y in ys]
    leaves = [v.clone().requires_grad_() for v in (*values, *xs)]
    outputs = run(leaves[: len(names)], leaves[len(names) :])
    total = sum((dy * y).sum() for dy, y in zip(dys, outputs))
    gradients = torch.autograd.grad(total, leaves)
    return {
        "type": kind,
        "options": {"inputs": inputs, **options},
        "parameters": {name: written(v) for name, v in parameters.items()},
        "x": rows_of(xs),
        "y": rows_of(ys),
        "dy": rows_of(dys),
        "dx": rows_of(gradients[len(names) :]),
        "gradients": {name: written(g) for name, g in zip(names, gradients)},
        "xDot": rows_of(x_dots),
        "dots": {name: written(v) for name, v in dots.items()},
        "yDot": rows_of(y_dots),
        **{name: rows_of([g(parameters, x) for x in xs]) for name, g in more.items()},
    }


def norm_case(inputs, epsilon):
    return case(
        "layerNorm",
        {"epsilon": epsilon},
        {"g": decimals(inputs), "b": decimals(inputs)},
        lambda p, x: layer_norm(x, (inputs,), p["g"], p["b"], epsilon),
        inputs,
    )


def attention_case(inputs, units, heads):
    def weights(p, x):
        return torch.softmax(torch.tanh(x @ p["W"] + p["b"]) @ p["V"], dim=0)

    return case(
        "attentionPool",
        {"units": units, "heads": heads},
        {"W": decimals(inputs, units), "b": decimals(units), "V": decimals(units, heads, scale=2.0)},
        lambda p, x: (weights(p, x).T @ x).reshape(1, -1),
        inputs,
        weights=weights,
    )


def residual_case(inputs, units):
    parameters = {
        "layers.0.W": decimals(inputs, units),
        "layers.0.b": decimals(units),
        "layers.1.g": decimals(units),
        "layers.1.b": decimals(units),
    }
    if units != inputs:
        parameters["projection"] = decimals(inputs, units)

    def f(p, x):
        inner = torch.tanh(x @ p["layers.0.W"] + p["layers.0.b"])
        skip = x @ p["projection"] if "projection" in p else x
        return skip + layer_norm(inner, (units,), p["layers.1.g"], p["layers.1.b"], 1e-3)

    layers = [
        {"type": "dense", "options": {"units": units, "activation": "tanh"}},
        {"type": "layerNorm", "options": {"epsilon": 1e-3}},
    ]
    return case("residual", {"layers": layers}, parameters, f, inputs)


def stack_case(inputs, frames, step):
    def f(_, x):
        last = torch.arange(0, len(x), step)
        at = (last[:, None] + torch.arange(1 - frames, 1)[None, :]).clamp(min=0)
        return x[at].reshape(len(last), -1)

    return case("frameStack", {"frames": frames, "step": step}, {}, f, inputs)


def main():
    out = {
        "about": "written by layers.py",
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__.split("+")[0],
            "numpy": np.__version__,
        },
        "cases": [
            norm_case(3, 1e-5),
            norm_case(7, 0.5),
            attention_case(3, 3, 1),
            attention_case(4, 2, 3),
            residual_case(3, 3),
            residual_case(3, 5),
            stack_case(2, 3, 3),
            stack_case(3, 2, 1),
            stack_case(2, 1, 2),
        ],
    }
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(out, separators=(",", ":")).replace(',"', ',\n"') + "\n")
    print(path.name, path.stat().st_size, "bytes;", len(out["cases"]), "cases")


if __name__ == "__main__":
    main()
