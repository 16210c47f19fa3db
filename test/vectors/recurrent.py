"""Reference vectors for recurrent layers: PyTorch's modules in float64, ONNX Runtime's operators in float32.

    python recurrent.py          rewrites recurrent.json beside this file

Needs torch (CPU), onnx and onnxruntime; their versions are recorded in the JSON. Weights and inputs are random numbers
of three decimals, so that the JSON holds them exactly; results have 12 significant digits (PyTorch) or 9 (ONNX Runtime).

Every case has a batch of sequences of unequal lengths, given to the engine in its own way: packed to PyTorch, padded
(with 1000, which must show nowhere) and with sequence_lens to ONNX Runtime. "x" and "outputs" are
[sequence][frame][column].

Parameters are named layer by layer, "0.forward.Wxi" for the input weights of gate i in the forward direction of layer 0
("0.Wxi" where there is one direction), with the gates' order and the split of the biases done here:

    RNN    Wxh Whh bh            h = phi(Wxh x + Whh h + bh)
    LSTM   i f c o               peepholes Wci Wcf see the cell before, Wco the new one
    GRU    r z n, bhn            h' = (1 - z) n + z h;  n = tanh(Wxn x + bn + r (Whn h + bhn)), reset after the product,
                                 or n = tanh(Wxn x + bn + Whn (r h)), before it

PyTorch stores i f g o and r z n, each with two biases; ONNX i o f c and z r h, all input biases before all recurrent
ones, and peepholes i o f. PyTorch has no reset before the product: that case is a loop of tensor operations.

The loss of the gradients: the mean over the sequences of the mean over the frames of 1/2 ||output - target||^2.
"""

import json
import platform
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper
from torch.nn.utils.rnn import pack_sequence, unpack_sequence

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

random = np.random.default_rng(20141025)

LENGTHS = [4, 7, 2, 5, 7]
PAD = 1000.0
GATES = {"rnn": "h", "lstm": "ifco", "gru": "rzn"}


def decimals(*shape, scale=0.6):
    return np.round(random.normal(0, scale, shape), 3)


def written(values, digits):
    return [float(f"{float(v):.{digits}g}") for v in np.asarray(values).reshape(-1)]


def rows_of(sequences, digits):
    return [[written(row, digits) for row in sequence] for sequence in sequences]


def weights(kind, inputs, units, *, reset_after=True, peepholes=False):
    """Random weights of one layer in one direction, by our names."""
    gates = GATES[kind]
    named = {f"Wx{g}": decimals(units, inputs) for g in gates}
    named.update({f"Wh{g}": decimals(units, units) for g in gates})
    named.update({f"b{g}": decimals(units) for g in gates})
    if peepholes:
        named.update({name: decimals(units) for name in ("Wci", "Wcf", "Wco")})
    if kind == "gru" and reset_after:
        named["bhn"] = decimals(units)
    return named


def stacked(named, prefix, gates):
    return np.concatenate([named[f"{prefix}{g}"] for g in gates])


def biases(named, gates, units, reset_after):
    """The input and the recurrent biases, whose sums are ours; the candidate's recurrent one is bhn."""
    recurrent = {g: decimals(units) for g in gates}
    if "bhn" in named:
        recurrent["n"] = named["bhn"]
    inputs = [named[f"b{g}"] - (0 if g == "n" and reset_after else recurrent[g]) for g in gates]
    return np.concatenate(inputs), np.concatenate([recurrent[g] for g in gates])


def prefixed(layers, both):
    """Our names for weights given as layers of directions."""
    ways = ["forward.", "backward."] if both else [""]
    return {
        f"{i}.{way}{name}": value
        for i, layer in enumerate(layers)
        for way, named in zip(ways, layer)
        for name, value in named.items()
    }


# ------------------------------------------------------------------------------------------------ PyTorch

MODULES = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def torch_parameters(kind, layers, units):
    """Values of the module's parameters, and how each gradient of ours is read off theirs."""
    values, sources = {}, {}
    for i, layer in enumerate(layers):
        for d, named in enumerate(layer):
            suffix = f"l{i}{'_reverse' if d else ''}"
            gates = GATES[kind]
            values[f"weight_ih_{suffix}"] = stacked(named, "Wx", gates)
            values[f"weight_hh_{suffix}"] = stacked(named, "Wh", gates)
            values[f"bias_ih_{suffix}"], values[f"bias_hh_{suffix}"] = biases(named, gates, units, True)
            way = ("forward.", "backward.")[d] if len(layer) == 2 else ""
            for k, g in enumerate(gates):
                at = slice(k * units, (k + 1) * units)
                sources[f"{i}.{way}Wx{g}"] = (f"weight_ih_{suffix}", at)
                sources[f"{i}.{way}Wh{g}"] = (f"weight_hh_{suffix}", at)
                sources[f"{i}.{way}b{g}"] = (f"bias_ih_{suffix}", at)
            if "bhn" in named:
                sources[f"{i}.{way}bhn"] = (f"bias_hh_{suffix}", slice(2 * units, 3 * units))
    return values, sources


def loss_of(outputs, targets):
    losses = [(0.5 * (y - torch.tensor(t)) ** 2).sum(dim=1).mean() for y, t in zip(outputs, targets)]
    return torch.stack(losses).mean()


def torch_case(kind, options, *, inputs=3, units=4, depth=1, both=False):
    widths = [inputs] + [units * (1 + both)] * (depth - 1)
    layers = [[weights(kind, width, units) for _ in range(1 + both)] for width in widths]
    module = MODULES[kind](inputs, units, num_layers=depth, bidirectional=both, **options)
    values, sources = torch_parameters(kind, layers, units)
    module.load_state_dict({name: torch.tensor(value) for name, value in values.items()})
    xs = [decimals(length, inputs, scale=1.0) for length in LENGTHS]
    targets = [decimals(length, units * (1 + both)) for length in LENGTHS]

    def run(sequences):
        return unpack_sequence(module(pack_sequence([torch.tensor(x) for x in sequences], enforce_sorted=False))[0])

    outputs = run(xs)
    for x, together in zip(xs, outputs):
        assert torch.allclose(run([x])[0], together, rtol=0, atol=1e-13)
    loss = loss_of(outputs, targets)
    loss.backward()
    gradients = {name: dict(module.named_parameters())[of].grad[at] for name, (of, at) in sources.items()}
    return case(kind, options, layers, both, xs, targets, outputs, loss, gradients)


def reset_before_case(*, inputs=3, units=4, both=False):
    """The GRU of Cho et al. (2014), written out."""
    layers = [[weights("gru", inputs, units, reset_after=False) for _ in range(1 + both)]]
    params = {name: torch.tensor(v, requires_grad=True) for name, v in prefixed(layers, both).items()}
    xs = [decimals(length, inputs, scale=1.0) for length in LENGTHS]
    targets = [decimals(length, units * (1 + both)) for length in LENGTHS]

    def run(x, way):
        p = {name[len(way) + 2:]: v for name, v in params.items() if name.startswith(f"0.{way}")}
        h, rows = torch.zeros(units), []
        for frame in x:
            r = torch.sigmoid(p["Wxr"] @ frame + p["Whr"] @ h + p["br"])
            z = torch.sigmoid(p["Wxz"] @ frame + p["Whz"] @ h + p["bz"])
            h = (1 - z) * torch.tanh(p["Wxn"] @ frame + p["Whn"] @ (r * h) + p["bn"]) + z * h
            rows.append(h)
        return torch.stack(rows)

    def output(x):
        if not both:
            return run(x, "")
        return torch.cat([run(x, "forward."), run(x.flip(0), "backward.").flip(0)], dim=1)

    outputs = [output(torch.tensor(x)) for x in xs]
    loss = loss_of(outputs, targets)
    gradients = dict(zip(params, torch.autograd.grad(loss, list(params.values()))))
    return case("gru", {"resetAfter": False}, layers, both, xs, targets, outputs, loss, gradients)


def case(kind, options, layers, both, xs, targets, outputs, loss, gradients):
    return {
        "kind": kind,
        "options": {"activation": options["nonlinearity"]} if "nonlinearity" in options else options,
        "depth": len(layers),
        "bidirectional": both,
        "parameters": {name: written(v, 12) for name, v in prefixed(layers, both).items()},
        "x": rows_of(xs, 12),
        "targets": rows_of(targets, 12),
        "outputs": rows_of([y.detach() for y in outputs], 12),
        "loss": written(loss.detach(), 12)[0],
        "gradients": {name: written(g, 12) for name, g in gradients.items()},
    }


# ------------------------------------------------------------------------------------------------ ONNX Runtime

ONNX_GATES = {"rnn": "h", "lstm": "iofc", "gru": "zrn"}


def onnx_inputs(kind, directions, units, reset_after, peepholes):
    gates = ONNX_GATES[kind]
    both_biases = [np.concatenate(biases(named, gates, units, reset_after)) for named in directions]
    tensors = {
        "W": np.stack([stacked(named, "Wx", gates) for named in directions]),
        "R": np.stack([stacked(named, "Wh", gates) for named in directions]),
        "B": np.stack(both_biases),
    }
    if peepholes:
        tensors["P"] = np.stack([stacked(named, "Wc", "iof") for named in directions])
    return {name: value.astype(np.float32) for name, value in tensors.items()}


def run_operator(kind, attributes, tensors, xs):
    """Y [frame, direction, sequence, unit] of the padded batch."""
    longest, inputs = max(LENGTHS), xs[0].shape[1]
    padded = np.full((longest, len(xs), inputs), PAD, dtype=np.float32)
    for b, x in enumerate(xs):
        padded[:len(x), b] = x
    names = ["X", "W", "R", "B", "lengths"] + (["", "", "P"] if "P" in tensors else [])
    node = helper.make_node(kind.upper(), names, ["Y"], **attributes)
    feeds = {"X": padded, "lengths": np.array(LENGTHS, dtype=np.int32), **tensors}
    types = {"lengths": TensorProto.INT32}
    graph = helper.make_graph(
        [node],
        kind,
        [helper.make_tensor_value_info(n, types.get(n, TensorProto.FLOAT), v.shape) for n, v in feeds.items()],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, ["T", "directions", "B", "H"])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(["Y"], feeds)[0]


def onnx_case(kind, *, activation=None, peepholes=False, reset_after=True, both=False, inputs=5, units=6):
    directions = [weights(kind, inputs, units, reset_after=reset_after, peepholes=peepholes) for _ in range(1 + both)]
    xs = [decimals(length, inputs, scale=1.0) for length in LENGTHS]
    attributes = {"hidden_size": units, "direction": "bidirectional" if both else "forward"}
    options = {}
    if kind == "rnn":
        options["activation"] = activation
        attributes["activations"] = [activation.capitalize()] * (1 + both)
    elif kind == "lstm":
        options["peepholes"] = peepholes
    else:
        options["resetAfter"] = reset_after
        attributes["linear_before_reset"] = int(reset_after)
    y = run_operator(kind, attributes, onnx_inputs(kind, directions, units, reset_after, peepholes), xs)
    assert not any(y[length:, :, b].any() for b, length in enumerate(LENGTHS))
    outputs = [y[:length, :, b].reshape(length, -1) for b, length in enumerate(LENGTHS)]
    return {
        "kind": kind,
        "options": options,
        "depth": 1,
        "bidirectional": both,
        "parameters": {name: written(v, 9) for name, v in prefixed([directions], both).items()},
        "x": rows_of(xs, 9),
        "outputs": rows_of(outputs, 9),
    }


# ------------------------------------------------------------------------------------------------ output

def main():
    one_and_both = (False, True)
    out = {
        "about": "written by recurrent.py",
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__.split("+")[0],
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
        },
        "pytorch": [
            *(torch_case("rnn", {"nonlinearity": phi}, both=both) for phi in ("tanh", "relu") for both in one_and_both),
            *(torch_case(kind, {}, both=both) for kind in ("lstm", "gru") for both in one_and_both),
            *(torch_case(kind, {}, units=3, depth=2, both=True) for kind in ("rnn", "lstm", "gru")),
            *(reset_before_case(both=both) for both in one_and_both),
        ],
        "onnxruntime": [
            *(
                onnx_case("rnn", activation=phi, both=both)
                for phi in ("tanh", "relu", "sigmoid")
                for both in one_and_both
            ),
            *(onnx_case("lstm", peepholes=seen, both=both) for seen in one_and_both for both in one_and_both),
            *(onnx_case("gru", reset_after=after, both=both) for after in one_and_both for both in one_and_both),
        ],
    }
    for each in out["pytorch"]:
        if each["kind"] == "lstm":
            each["options"] = {"peepholes": False}
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(out, separators=(",", ":")).replace(',"', ',\n"') + "\n")
    print(path.name, path.stat().st_size, "bytes;", len(out["pytorch"]), "and", len(out["onnxruntime"]), "cases")


if __name__ == "__main__":
    main()
