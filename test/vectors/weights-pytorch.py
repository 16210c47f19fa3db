"""Reference vectors for weights by name: PyTorch's modules, their state dicts as safetensors files, and outputs in float64.

    python weights-pytorch.py                 rewrites weights-pytorch.json beside this file
    python weights-pytorch.py --back FOLDER   loads files that scripts/weights.mjs wrote, strictly, and compares outputs

Needs torch (CPU) and safetensors; their versions are recorded in the JSON. Parameters are those that PyTorch draws from a seed,
rounded to three decimals, so that files of float32 hold what the outputs in float64 were computed with to 1e-7.
"""

import argparse
import base64
import json
import sys
from pathlib import Path

# A script beside this one has the package's name.
sys.path = [folder for folder in sys.path if Path(folder).resolve() != Path(__file__).resolve().parent]

import safetensors
import torch
from safetensors.torch import load_file, save
from torch import nn

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


class Rows(nn.Module):
    """The output of a recurrent module alone."""

    def __init__(self, module):
        super().__init__()
        self.rnn = module

    def forward(self, x):
        return self.rnn(x)[0]


class Tagger(nn.Module):
    """Names in an order that differs from the alphabet's, as in most programs."""

    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(3)
        self.encoder = nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True)
        self.decoder = nn.GRU(8, 5, batch_first=True)
        self.classifier = nn.Linear(5, 2)

    def forward(self, x):
        y = self.decoder(self.encoder(self.norm(x))[0])[0]
        return torch.softmax(self.classifier(y), -1)


class Perceptron(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4, bias=False), nn.Tanh(), nn.Linear(4, 2))

    def forward(self, x):
        return torch.softmax(self.layers(x), -1)


def recurrent(kind, **options):
    return Rows(kind(3, 4, batch_first=True, **options))


MODULES = {
    "lstm": lambda: recurrent(nn.LSTM),
    "lstm-stacked": lambda: recurrent(nn.LSTM, num_layers=3),
    "lstm-bidirectional": lambda: recurrent(nn.LSTM, num_layers=2, bidirectional=True),
    "lstm-projected": lambda: recurrent(nn.LSTM, proj_size=2),
    "lstm-projected-bidirectional": lambda: recurrent(nn.LSTM, proj_size=2, num_layers=2, bidirectional=True),
    "lstm-without-biases": lambda: recurrent(nn.LSTM, bias=False),
    "gru": lambda: recurrent(nn.GRU),
    "gru-bidirectional": lambda: recurrent(nn.GRU, num_layers=2, bidirectional=True),
    "rnn": lambda: recurrent(nn.RNN),
    "rnn-relu": lambda: recurrent(nn.RNN, nonlinearity="relu", bidirectional=True),
    "tagger": Tagger,
    "perceptron": Perceptron,
}


def drawn(make, seed):
    torch.manual_seed(seed)
    module = make()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.round((parameter + 0.1 * torch.randn_like(parameter)) * 1000) / 1000)
    return module.eval()


def written(values):
    return [float(f"{float(v):.12g}") for v in values.reshape(-1)]


def vectors():
    torch.manual_seed(23)
    x = torch.round(torch.randn(6, 3) * 1000) / 1000
    cases = {}
    for seed, (name, make) in enumerate(MODULES.items()):
        module = drawn(make, seed)
        dtype = torch.float64 if name in ("gru", "tagger") else torch.float32
        state = {key: value.to(dtype).contiguous() for key, value in module.state_dict().items()}
        with torch.no_grad():
            y = module(x[None])[0]
        cases[name] = {"file": base64.b64encode(save(state)).decode(), "y": written(y)}
    versions = {"torch": torch.__version__.split("+")[0], "safetensors": safetensors.__version__}
    Path(__file__).with_suffix(".json").write_text(json.dumps({"versions": versions, "x": written(x), "cases": cases}, indent=1) + "\n")


def back(folder):
    """Our files, taken strictly by modules of the same kinds."""
    told = json.loads((folder / "outputs.json").read_text())
    x = torch.tensor(told["x"]).reshape(-1, 3)
    worst = 0.0
    for name, y in told["y"].items():
        module = MODULES[name]()
        module.load_state_dict({k: v.double() for k, v in load_file(folder / f"{name}.safetensors").items()}, strict=True)
        with torch.no_grad():
            worst = max(worst, float((module.eval()(x[None])[0].reshape(-1) - torch.tensor(y)).abs().max()))
    print(json.dumps({"torch": torch.__version__.split("+")[0], "models": len(told["y"]), "worst": worst}))


parser = argparse.ArgumentParser()
parser.add_argument("--back", type=Path)
given = parser.parse_args()
if given.back:
    back(given.back)
else:
    vectors()
