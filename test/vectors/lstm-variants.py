"""Reference vectors for the variants of the LSTM: loops of PyTorch operations in float64, differentiated by autograd.

    python lstm-variants.py          rewrites lstm-variants.json beside this file

Needs torch (CPU), onnx and onnxruntime; their versions are recorded in the JSON. The equations are those of
src/kernels/lstm-variant.ts, written here once for one sequence at a time. Where an engine has the variant, the loop is
checked against it: the projection against PyTorch's proj_size, coupled gates (input_forget) and other squashing functions
against ONNX Runtime's LSTM.

Weights and inputs are random numbers of three decimals, so that the JSON holds them exactly; results have 12 digits. The
loss of the gradients is the mean over the sequences of the mean over the frames of 1/2 ||output - target||^2.
"""

import json
import platform
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

random = np.random.default_rng(20020801)

LENGTHS = [4, 6, 2, 6]
INPUTS, UNITS = 3, 4
SQUASH = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "hardSigmoid": lambda x: torch.clamp(0.2 * x + 0.5, 0, 1),
}


def decimals(*shape, scale=0.6):
    return np.round(random.normal(0, scale, shape), 3)


def written(values):
    return [float(f"{float(v):.12g}") for v in np.asarray(values).reshape(-1)]


def rows_of(sequences):
    return [[written(row) for row in sequence] for sequence in sequences]


def parameters_of(options):
    gates = "ico" if options.get("coupled") else "ifco"
    width = options.get("projection", UNITS)
    named = {f"Wx{g}": decimals(UNITS, INPUTS) for g in gates}
    named.update({f"Wh{g}": decimals(UNITS, width) for g in gates})
    named.update({f"b{g}": decimals(UNITS) for g in gates})
    if options.get("peepholes", True):
        named.update({f"Wc{g}": decimals(UNITS) for g in gates if g != "c"})
    if "projection" in options:
        named["Wrm"] = decimals(width, UNITS)
    if options.get("initialState") == "learned":
        named.update({"h0": decimals(width), "c0": decimals(UNITS)})
    return named


def run(options, p, x):
    """The outputs [T, P] for one sequence."""
    gate = SQUASH[options.get("gateActivation", "sigmoid")]
    phi = SQUASH[options.get("activation", "tanh")]
    width = options.get("projection", UNITS)
    h = p.get("h0", torch.zeros(width))
    c = p.get("c0", torch.zeros(UNITS))

    def enters(g, frame, cell=None):
        total = p[f"Wx{g}"] @ frame + p[f"Wh{g}"] @ h + p[f"b{g}"]
        return total + p[f"Wc{g}"] * cell if cell is not None and f"Wc{g}" in p else total

    rows = []
    for frame in x:
        i = gate(enters("i", frame, c))
        f = 1 - i if options.get("coupled") else gate(enters("f", frame, c))
        c = f * c + i * phi(enters("c", frame))
        o = gate(enters("o", frame, c))
        h = o * phi(c)
        if "Wrm" in p:
            h = p["Wrm"] @ h
        rows.append(h)
    return torch.stack(rows)


def case(**options):
    named = parameters_of(options)
    params = {name: torch.tensor(value, requires_grad=True) for name, value in named.items()}
    xs = [decimals(length, INPUTS, scale=1.0) for length in LENGTHS]
    targets = [decimals(length, options.get("projection", UNITS)) for length in LENGTHS]
    outputs = [run(options, params, torch.tensor(x)) for x in xs]
    losses = [(0.5 * (y - torch.tensor(t)) ** 2).sum(dim=1).mean() for y, t in zip(outputs, targets)]
    loss = torch.stack(losses).mean()
    gradients = dict(zip(params, torch.autograd.grad(loss, list(params.values()))))
    ys = [y.detach().numpy() for y in outputs]
    check(options, named, xs, ys)
    return {
        "options": options,
        "parameters": {name: written(v) for name, v in named.items()},
        "x": rows_of(xs),
        "targets": rows_of(targets),
        "outputs": rows_of(ys),
        "loss": written(loss.detach())[0],
        "gradients": {name: written(g) for name, g in gradients.items()},
    }


def check(options, named, xs, ys):
    if set(options) == {"peepholes", "projection"} and not options["peepholes"]:
        check_pytorch(options, named, xs, ys)
    elif "projection" not in options and "initialState" not in options:
        check_onnx(options, named, xs, ys)


def check_pytorch(options, named, xs, ys):
    module = torch.nn.LSTM(INPUTS, UNITS, proj_size=options["projection"])
    stack = lambda prefix: torch.tensor(np.concatenate([named[f"{prefix}{g}"] for g in "ifco"]))
    weights = [stack("Wx"), stack("Wh"), stack("b"), torch.zeros(4 * UNITS), torch.tensor(named["Wrm"])]
    module.load_state_dict(dict(zip([name for name, _ in module.named_parameters()], weights)))
    for x, y in zip(xs, ys):
        np.testing.assert_allclose(module(torch.tensor(x))[0].detach(), y, atol=1e-13)


def check_onnx(options, named, xs, ys):
    """ONNX couples by f = 1 - i, too; what it is given for f must not matter then."""
    get = lambda prefix, g: named.get(f"{prefix}{g}", np.zeros_like(named[f"{prefix}i"]))
    stack = lambda prefix, gates: np.concatenate([get(prefix, g) for g in gates])[None].astype(np.float32)
    bias = np.concatenate([stack("b", "iofc"), np.zeros((1, 4 * UNITS), np.float32)], axis=1)
    tensors = {"W": stack("Wx", "iofc"), "R": stack("Wh", "iofc"), "B": bias}
    names = ["X", *tensors]
    if options.get("peepholes", True):
        tensors["P"] = stack("Wc", "iof")
        names += ["", "", "", "P"]
    words = {"tanh": "Tanh", "relu": "Relu", "sigmoid": "Sigmoid", "hardSigmoid": "HardSigmoid"}
    gate, phi = words[options.get("gateActivation", "sigmoid")], words[options.get("activation", "tanh")]
    node = helper.make_node(
        "LSTM", names, ["Y"], hidden_size=UNITS, activations=[gate, phi, phi], input_forget=int(options.get("coupled", False))
    )
    for x, y in zip(xs, ys):
        feeds = {"X": x[:, None].astype(np.float32), **tensors}
        inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, v.shape) for n, v in feeds.items()]
        output = helper.make_tensor_value_info("Y", TensorProto.FLOAT, None)
        model = helper.make_model(
            helper.make_graph([node], "lstm", inputs, [output]), opset_imports=[helper.make_opsetid("", 22)], ir_version=10
        )
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        np.testing.assert_allclose(session.run(["Y"], feeds)[0][:, 0, 0], y, atol=2e-6)


def main():
    cases = [
        case(coupled=True),
        case(coupled=True, peepholes=False),
        case(activation="relu"),
        case(activation="sigmoid", peepholes=False),
        case(gateActivation="hardSigmoid"),
        case(peepholes=False, projection=2),
        case(projection=5),
        case(initialState="learned"),
        case(coupled=True, activation="relu", gateActivation="hardSigmoid", projection=3, initialState="learned"),
    ]
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__.split("+")[0],
        "onnxruntime": onnxruntime.__version__,
    }
    out = {"about": "written by lstm-variants.py", "versions": versions, "cases": cases}
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(out, separators=(",", ":")).replace(',"', ',\n"') + "\n")
    print(path.name, path.stat().st_size, "bytes;", len(cases), "cases")


if __name__ == "__main__":
    main()
