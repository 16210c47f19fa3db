"""Reference steps of RMSprop by torch in float64.

    python rmsprop.py          rewrites rmsprop.json beside this file

Needs torch (CPU). Five parameters start at w_i = 0.5 cos(1 + i); step t = 0, 1, ... sees the gradient
g_i = sin(0.7 t + 1.3 i) (1 + 0.1 t), whatever w is. The JSON holds the parameters after each of eight steps, for each set of
torch's own option names.
"""

import json
import math
from pathlib import Path

import torch

torch.set_default_dtype(torch.float64)
STEPS, SIZE = 8, 5

CASES = {
    "plain": dict(lr=0.01),
    "alpha": dict(lr=0.05, alpha=0.9, eps=1e-3),
    "momentum": dict(lr=0.01, momentum=0.9),
    "centered": dict(lr=0.01, centered=True),
    "all": dict(lr=0.02, alpha=0.95, eps=1e-6, momentum=0.8, centered=True, weight_decay=0.1),
}


def steps(options):
    w = torch.nn.Parameter(torch.tensor([0.5 * math.cos(1 + i) for i in range(SIZE)]))
    optimizer = torch.optim.RMSprop([w], **options)
    rows = []
    for t in range(STEPS):
        w.grad = torch.tensor([math.sin(0.7 * t + 1.3 * i) * (1 + 0.1 * t) for i in range(SIZE)])
        optimizer.step()
        rows.append([float(f"{value:.12g}") for value in w.tolist()])
    return rows


vectors = {"torch": torch.__version__}
vectors.update({name: {"options": options, "steps": steps(options)} for name, options in CASES.items()})
Path(__file__).with_suffix(".json").write_text(json.dumps(vectors) + "\n")
