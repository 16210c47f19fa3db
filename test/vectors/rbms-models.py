"""Files of rbms' machines, and what they give: the reference of test/weights/decode-rbms.test.ts.

    python rbms-models.py          rewrites rbms-models.json beside this file

Versions are recorded in the JSON; a file stands in it as gzip in base64, as rbms wrote it. Each has the updates 7 and 20, of which 20 is
the last; free energies are those of `compute_energy_visibles`, mean fields those of `sample_hiddens` (its `hidden_mag`).
"""

import base64
import gzip
import json
import os
import tempfile
from importlib.metadata import version
from pathlib import Path

import h5py
import numpy as np
import torch
from rbms.bernoulli_bernoulli.classes import BBRBM
from rbms.bernoulli_gaussian.classes import BGRBM
from rbms.io import save_model
from rbms.ising_gaussian.classes import IGRBM
from rbms.ising_ising.classes import IIRBM

V, H = 5, 4
folder = tempfile.mkdtemp()


def machine(kind, seed):
    random = np.random.default_rng(seed)
    parts = [random.normal(0, 0.7, shape).astype("float32") for shape in ((V, H), (V,), (H,))]
    return kind(*[torch.from_numpy(part) for part in parts])


def units(kind):
    v = np.random.default_rng(1).integers(0, 2, (6, V)).astype("float32")
    return torch.from_numpy(2 * v - 1 if kind is IIRBM else v)


def case(kind):
    path = os.path.join(folder, f"{kind.__name__}.h5")
    v = units(kind)
    out = {"visible": v.tolist(), "updates": {}}
    for update in (7, 20):
        rbm = machine(kind, update)
        chains = rbm.init_chains(6, start_v=v)
        save_model(path, rbm, chains, update, 1.5, torch.tensor(0.01), np.float64(0.5), ["log"])
        if kind in (BBRBM, IIRBM):
            mean = rbm.sample_hiddens({**chains, "visible": v})["hidden_mag"]
            free = rbm.compute_energy_visibles(v)
            out["updates"][update] = {"freeEnergies": free.tolist(), "hidden": mean.tolist()}
    with open(path, "rb") as file:
        out["file"] = base64.b64encode(gzip.compress(file.read(), 9, mtime=0)).decode()
    return out


cases = {kind.__name__: case(kind) for kind in (BBRBM, IIRBM, BGRBM, IGRBM)}
versions = {"rbms": version("rbms"), "torch": torch.__version__, "h5py": h5py.__version__}
out = {"versions": versions, "cases": cases}
Path(__file__).with_suffix(".json").write_text(f"{json.dumps(out)}\n")
