"""Reference vectors for the multi-layer perceptron: J(W, b), outputs and gradients by torch autograd.

    python mlp.py           rewrites mlp.json beside this file

Needs torch (CPU); everything is float64, printed with 12 significant digits; the versions are recorded in the JSON.

The network has 3 inputs, hidden layers of 5 and 4 units and 3 outputs: a_l = phi(a_{l-1} W_l + b_l) with W_l [inputs,
units]. Parameters are filled with 0.7 sin(1 + n), n running over W_1, b_1, W_2, ... row by row. The batch has 6 rows,
x[r][d] = cos(0.7 r + 1.3 d).

    J = mean over rows of loss + lambda/2 sum_l ||W_l||_F^2, lambda = 0.03, biases spared
    squaredError         1/2 sum_k (t_k - y_k)^2, t[r][k] = sin(r + k)
    crossEntropy         -ln softmax(z)_label, label = (2 r) mod 3
    binaryCrossEntropy   torch's binary_cross_entropy_with_logits summed over outputs, t[r][k] = (1 + sin(r + k)) / 2

Each hidden activation meets each pair of output and loss. "weighted" has class weights (torch's `weight`, but divided by
the number of rows) and "smoothed" label smoothing.
"""

import json
import platform
from pathlib import Path

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

SIZES, ROWS, SCALE, DECAY = [3, 5, 4, 3], 6, 0.7, 0.03
WEIGHTS, SMOOTHING = [0.5, 2.0, 1.25], 0.2

ACTIVATIONS = {
    "linear": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leakyRelu": lambda z: F.leaky_relu(z, 0.01),
    "softplus": lambda z: F.softplus(z, threshold=1000),
    "softmax": lambda z: torch.softmax(z, dim=1),
}
HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
PAIRS = [(name, "squaredError") for name in ACTIVATIONS] + [("softmax", "crossEntropy"), ("sigmoid", "binaryCrossEntropy")]

r, d = torch.arange(ROWS)[:, None], torch.arange(3)[None, :]
X = torch.cos(0.7 * r + 1.3 * d)
VALUES = torch.sin((r + d).double())
LABELS = [2 * row % 3 for row in range(ROWS)]


def parameters():
    params, n = [], 0
    for inputs, units in zip(SIZES, SIZES[1:]):
        for shape in [(inputs, units), (units,)]:
            size = torch.Size(shape).numel()
            params.append((SCALE * torch.sin(1 + torch.arange(n, n + size, dtype=torch.float64))).reshape(shape))
            n += size
    return [p.requires_grad_() for p in params]


def logits(params, hidden):
    a = X
    for layer in range(0, len(params), 2):
        z = a @ params[layer] + params[layer + 1]
        # No difference quotient of a test may reach a kink.
        assert z.detach().abs().min() > 1e-4
        a = ACTIVATIONS[hidden](z)
    return z


def loss_of(z, output, loss, **options):
    if loss == "squaredError":
        return (0.5 * (VALUES - ACTIVATIONS[output](z)) ** 2).sum(dim=1).mean()
    if loss == "binaryCrossEntropy":
        return F.binary_cross_entropy_with_logits(z, (1 + VALUES) / 2, reduction="none").sum(dim=1).mean()
    return F.cross_entropy(z, torch.tensor(LABELS), reduction="none", **options).mean()


def case(hidden, output, loss, **options):
    params = parameters()
    z = logits(params, hidden)
    value = loss_of(z, output, loss, **options) + DECAY / 2 * sum((w ** 2).sum() for w in params[::2])
    gradient = torch.autograd.grad(value, params)
    return {
        "activation": hidden,
        "output": output,
        "loss": loss,
        "value": rounded(value),
        "outputs": [rounded(y) for y in ACTIVATIONS[output](z).reshape(-1)],
        "gradient": [rounded(g) for part in gradient for g in part.reshape(-1)],
    }


def rounded(value):
    return float(f"{value.item():.12g}")


def main():
    out = {
        "about": "written by mlp.py",
        "versions": {"python": platform.python_version(), "torch": torch.__version__.split("+")[0]},
        "sizes": SIZES,
        "rows": ROWS,
        "scale": SCALE,
        "weightDecay": DECAY,
        "labels": LABELS,
        "classWeights": WEIGHTS,
        "labelSmoothing": SMOOTHING,
        "cases": [case(hidden, *pair) for hidden in HIDDEN for pair in PAIRS],
        "weighted": case("tanh", "softmax", "crossEntropy", weight=torch.tensor(WEIGHTS)),
        "smoothed": case("tanh", "softmax", "crossEntropy", label_smoothing=SMOOTHING),
    }
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(out, separators=(",", ":")).replace('},{"activation', '},\n{"activation') + "\n")
    print(path.name, path.stat().st_size, "bytes;", len(out["cases"]), "cases")


if __name__ == "__main__":
    main()
