"""Reference vectors for the peephole LSTM: losses, posteriors, gradients and optimiser steps by torch autograd.

    python lstm.py          rewrites lstm.json beside this file

Needs torch (CPU); everything is float64, printed with 12 significant digits; the version is recorded in the JSON.

The cell, with W_c* diagonal (stored as vectors Wci, Wcf, Wco) and h, c starting at 0:
    i = s(Wxi x + Whi h + Wci c + bi)        f = s(Wxf x + Whf h + Wcf c + bf)
    c' = f c + i tanh(Wxc x + Whc h + bc)    o = s(Wxo x + Who h + Wco c' + bo)        h' = o tanh(c')

The batch: 3 sequences of 5, 2 and 4 frames, x[b][t][d] = cos(0.7 (1 + b) + 0.9 t + 1.3 d), d < 3, one label each.
Every sequence is run alone, so there is no padding that could leak.

The cases of the JSON:
    framewise      dense relu 3->4, LSTM 4->3, dense softmax 3->3 on every frame; the loss is the mean over the
                   utterances of the mean over the utterance's frames of -ln p(label)
    squaredError   the same stack with a linear output, targets y[b][t][k] = sin(b + t + k), the loss the mean over the
                   utterances of the mean over the frames of 1/2 ||y - yhat||^2
    pooled         the LSTM outputs of an utterance pooled over time to mean | max | sd (sd = sqrt(variance + 1e-6),
                   population variance), then dense softmax 9->3; the loss is the mean over utterances of -ln p(label)
    truncated      framewise, with h and c cut off from the past before every step t = 2, 4, ...
    section8       one LSTM of 2 units on 4 steps, checked against values found by independent code

Parameters are filled with scale * sin(1 + n), n running over all of them in the order in which they are listed, each
matrix row by row. Dense W is [inputs, units], Wx* is [units, inputs], Wh* is [units, units]; gradients are laid out
the same way. "gradientNorm" is the 2-norm over all parameters. "steps" holds all parameters after three full-batch
steps of each optimiser, named as torch names its options.
"""

import json
import platform
from pathlib import Path

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

LENGTHS, INPUTS, LABELS = [5, 2, 4], 3, [2, 0, 1]


# ------------------------------------------------------------------------------------------------ parameters

def lstm_shapes(inputs, units):
    """Gate by gate (i, f, c, o): Wx, Wh, peephole where there is one, bias. The c gate has none: no Wcc."""
    shapes = {}
    for gate in "ifco":
        shapes[f"Wx{gate}"] = (units, inputs)
        shapes[f"Wh{gate}"] = (units, units)
        if gate != "c":
            shapes[f"Wc{gate}"] = (units,)
        shapes[f"b{gate}"] = (units,)
    return shapes


def stack_shapes(outputs_from):
    shapes = {"dense1.W": (INPUTS, 4), "dense1.b": (4,)}
    shapes.update({f"lstm.{name}": shape for name, shape in lstm_shapes(4, 3).items()})
    shapes.update({"dense2.W": (outputs_from, 3), "dense2.b": (3,)})
    return shapes


def filled(shapes, scale):
    """Parameters scale * sin(1 + n), n counting on through the whole list."""
    params, n = {}, 0
    for name, shape in shapes.items():
        size = int(torch.Size(shape).numel())
        values = scale * torch.sin(1 + torch.arange(n, n + size, dtype=torch.float64))
        params[name] = values.reshape(shape).requires_grad_()
        n += size
    return params


# ------------------------------------------------------------------------------------------------ model

def lstm(params, xs, prefix="", cut=lambda t: False):
    """The outputs h of a peephole LSTM over xs [time, inputs]; cut(t) detaches the carry before step t."""
    p = {name[len(prefix):]: value for name, value in params.items() if name.startswith(prefix)}
    h = c = torch.zeros(p["bi"].shape)
    outputs = []
    for t, x in enumerate(xs):
        if cut(t):
            h, c = h.detach(), c.detach()
        i = torch.sigmoid(p["Wxi"] @ x + p["Whi"] @ h + p["Wci"] * c + p["bi"])
        f = torch.sigmoid(p["Wxf"] @ x + p["Whf"] @ h + p["Wcf"] * c + p["bf"])
        c_new = f * c + i * torch.tanh(p["Wxc"] @ x + p["Whc"] @ h + p["bc"])
        o = torch.sigmoid(p["Wxo"] @ x + p["Who"] @ h + p["Wco"] * c_new + p["bo"])
        h, c = o * torch.tanh(c_new), c_new
        outputs.append(h)
    return torch.stack(outputs)


def batch():
    rows = []
    for b, length in enumerate(LENGTHS):
        t, d = torch.arange(length)[:, None], torch.arange(INPUTS)[None, :]
        rows.append(torch.cos(0.7 * (1 + b) + 0.9 * t + 1.3 * d))
    return rows


def hidden(params, xs, cut=lambda t: False):
    before = xs @ params["dense1.W"] + params["dense1.b"]
    # No finite difference may reach the kink of the relu, nor any rounding during the optimiser steps.
    assert before.detach().abs().min() > 1e-5, before
    return lstm(params, torch.relu(before), "lstm.", cut)


def framewise(params, cut=lambda t: False):
    """Loss and the posteriors, one row per frame, for each utterance."""
    losses, posteriors = [], []
    for xs, label in zip(batch(), LABELS):
        logits = hidden(params, xs, cut) @ params["dense2.W"] + params["dense2.b"]
        log_p = torch.log_softmax(logits, dim=1)
        losses.append(-log_p[:, label].mean())
        posteriors.append(log_p.exp())
    return torch.stack(losses).mean(), posteriors


def truncated(params):
    return framewise(params, cut=lambda t: t > 0 and t % 2 == 0)


def squared_error(params):
    losses, outputs = [], []
    for b, xs in enumerate(batch()):
        got = hidden(params, xs) @ params["dense2.W"] + params["dense2.b"]
        t, k = torch.arange(len(xs))[:, None], torch.arange(3)[None, :]
        target = torch.sin((b + t + k).double())
        losses.append((0.5 * (target - got) ** 2).sum(dim=1).mean())
        outputs.append(got)
    return torch.stack(losses).mean(), outputs


def pooled(params):
    losses, posteriors = [], []
    for xs, label in zip(batch(), LABELS):
        h = hidden(params, xs)
        mean = h.mean(dim=0)
        sd = torch.sqrt(((h - mean) ** 2).mean(dim=0) + 1e-6)
        features = torch.cat([mean, h.max(dim=0).values, sd])
        log_p = torch.log_softmax(features @ params["dense2.W"] + params["dense2.b"], dim=0)
        losses.append(-log_p[label])
        posteriors.append(log_p.exp())
    return torch.stack(losses).mean(), posteriors


# ------------------------------------------------------------------------------------------------ optimisers

def is_bias(name):
    return name.split(".")[-1].startswith("b")


OPTIMISERS = {
    "sgd": lambda p: torch.optim.SGD(p.values(), lr=0.5),
    "momentum": lambda p: torch.optim.SGD(p.values(), lr=0.5, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p.values(), lr=0.5, momentum=0.9, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p.values(), lr=0.01),
    # The decay spares the biases, not the peepholes.
    "adamw": lambda p: torch.optim.AdamW([
        {"params": [v for n, v in p.items() if not is_bias(n)], "weight_decay": 0.1},
        {"params": [v for n, v in p.items() if is_bias(n)], "weight_decay": 0.0},
    ], lr=0.01),
}

OPTIONS = {
    "sgd": {"lr": 0.5},
    "momentum": {"lr": 0.5, "momentum": 0.9, "dampening": 0},
    "nesterov": {"lr": 0.5, "momentum": 0.9, "dampening": 0, "nesterov": True},
    "adam": {"lr": 0.01, "betas": [0.9, 0.999], "eps": 1e-8},
    "adamw": {"lr": 0.01, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.1, "spared": "biases"},
}


def after_steps(loss_of, shapes, scale, make, count=3):
    """All parameters after a few full-batch steps, and the loss before each step."""
    params = filled(shapes, scale)
    optimiser, losses = make(params), []
    for _ in range(count):
        optimiser.zero_grad()
        loss = loss_of(params)[0]
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return {"lossBefore": [rounded(v) for v in losses], "params": flat(params)}


# ------------------------------------------------------------------------------------------------ output

def rounded(v):
    return float(f"{float(v):.12g}")


def numbers(tensor):
    return [rounded(v) for v in tensor.detach().reshape(-1)]


def flat(params):
    return {name: numbers(value) for name, value in params.items()}


def rows(tensor):
    return [numbers(row) for row in tensor] if tensor.dim() == 2 else numbers(tensor)


def gradients(params, loss):
    grads = torch.autograd.grad(loss, list(params.values()))
    norm = torch.sqrt(sum((g ** 2).sum() for g in grads))
    return dict(zip(params, grads)), rounded(norm)


def check_gradients(loss_of, params, grads):
    """Central differences against autograd, so that the file does not rest on one of them alone."""
    for name, value in params.items():
        for at in range(value.numel()):
            probe = {n: v.detach().clone() for n, v in params.items()}
            flat_view, step = probe[name].view(-1), 6e-6
            start = flat_view[at].item()
            flat_view[at] = start + step
            above = loss_of(probe)[0].item()
            flat_view[at] = start - step
            below = loss_of(probe)[0].item()
            numeric, exact = (above - below) / (2 * step), grads[name].reshape(-1)[at].item()
            assert abs(numeric - exact) <= 1e-6 * max(abs(numeric), abs(exact)) + 2e-8, (name, at, numeric, exact)


def case(loss_of, outputs_from, output_name, steps=True, differences=True):
    shapes, scale = stack_shapes(outputs_from), 0.4
    params = filled(shapes, scale)
    loss, outputs = loss_of(params)
    grads, norm = gradients(params, loss)
    if differences:  # the truncated gradient is not the gradient of the loss
        check_gradients(loss_of, params, grads)
    out = {
        "scale": scale,
        "shapes": {name: list(shape) for name, shape in shapes.items()},
        "loss": rounded(loss.detach()),
        output_name: [rows(o) for o in outputs],
        "gradient": flat(grads),
        "gradientNorm": norm,
    }
    if steps:
        out["steps"] = {name: after_steps(loss_of, shapes, scale, make) for name, make in OPTIMISERS.items()}
    return out


PRINTED = {
    "loss": [0.68690681488243], "last": [-0.269115452029, -0.102092136786],
    "bi": [0.148144775868, 0.134274624346], "bf": [0.030148058043, 0.059650047027],
    "bc": [-0.781855093964, -0.449438818691], "bo": [0.123301724178, 0.09687437838],
    "Wci": [-0.019446264216, -0.003051997756], "Wcf": [-0.010907848086, -0.019586059736],
    "Wco": [-0.048717921337, -0.028496777314],
}


def section8():
    """One LSTM, 2 inputs, 2 units, 4 steps, t from 0: x[t][d] = cos(.7 (2t + d)), loss sum_t 1/2 ||h_t - .1 (t + 1)||^2.

    The order of filling differs from the stacks': Wx, Wh, b for each gate i, f, c, o, then the three peepholes.
    """
    shapes = {}
    for gate in "ifco":
        shapes.update({f"Wx{gate}": (2, 2), f"Wh{gate}": (2, 2), f"b{gate}": (2,)})
    shapes.update({"Wci": (2,), "Wcf": (2,), "Wco": (2,)})
    xs = torch.cos(0.7 * torch.arange(8, dtype=torch.float64)).reshape(4, 2)
    target = 0.1 * torch.arange(1, 5, dtype=torch.float64)[:, None]

    def loss_of(p):
        h = lstm(p, xs)
        return (0.5 * (h - target) ** 2).sum(), h

    params = filled(shapes, 0.5)
    loss, h = loss_of(params)
    grads, norm = gradients(params, loss)
    check_gradients(loss_of, params, grads)
    assert sum(v.numel() for v in params.values()) == 46
    for name, printed in PRINTED.items():
        got = {"loss": loss.detach().reshape(1), "last": h[-1].detach()}.get(name)
        got = grads[name] if got is None else got
        assert torch.allclose(got, torch.tensor(printed), rtol=0, atol=1e-12), (name, got)
    return {
        "scale": 0.5, "shapes": {name: list(shape) for name, shape in shapes.items()},
        "loss": rounded(loss.detach()), "h": rows(h), "gradient": flat(grads), "gradientNorm": norm,
    }


def main():
    out = {
        "about": "written by lstm.py",
        "versions": {"python": platform.python_version(), "torch": torch.__version__.split("+")[0]},
        "lengths": LENGTHS,
        "labels": LABELS,
        "x": [rows(x) for x in batch()],
        "optimisers": OPTIONS,
        "framewise": case(framewise, 3, "posteriors"),
        "squaredError": case(squared_error, 3, "outputs", steps=False),
        "pooled": case(pooled, 9, "posteriors"),
        "truncated": case(truncated, 3, "posteriors", differences=False),
        "section8": section8(),
    }
    assert out["truncated"]["loss"] == out["framewise"]["loss"]
    assert out["truncated"]["gradient"] != out["framewise"]["gradient"]
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(out, separators=(",", ":")).replace(',"', ',\n"') + "\n")
    print(path.name, path.stat().st_size, "bytes;",
          {name: (out[name]["loss"], out[name]["gradientNorm"]) for name in list(out)[-5:]})


if __name__ == "__main__":
    main()
