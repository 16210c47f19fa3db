"""Reference vectors for other libraries' models: attributes or tensors, and outputs in float64.

    python weights-machines.py          rewrites weights-machines.json beside this file

Needs scikit-learn, numpy, torch (CPU), learnergy and rbms (with matplotlib); their versions are recorded in the JSON. `mlp` and `bernoulliRbm` have
the attributes as the guide's lines of Python write them, `npz` the same as an npz file. Free energies and probabilities of hidden
units are the libraries' own; rbms drops the logarithm from fields of 10 on, which none here reaches.
"""

import base64
import io
import json
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from learnergy.models.bernoulli import RBM
from learnergy.models.gaussian import GaussianRBM, VarianceGaussianRBM
from rbms.bernoulli_bernoulli.classes import BBRBM
from rbms.ising_ising.classes import IIRBM
from sklearn.neural_network import BernoulliRBM, MLPClassifier, MLPRegressor

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)
random = np.random.default_rng(23)
x = np.round(random.normal(0, 1, (40, 3)), 3)
bits = (random.random((40, 4)) < 0.5).astype(float)


def written(values):
    return [float(f"{float(v):.12g}") for v in np.asarray(values).reshape(-1)]


def attributes(model):
    names = ("coefs_", "intercepts_", "activation", "out_activation_", "classes_")
    plain = lambda value: value.tolist() if isinstance(value, np.ndarray) else value
    facts = {name: plain(value) for name, value in vars(model).items() if name in names}
    return {**facts, "coefs_": [w.tolist() for w in model.coefs_], "intercepts_": [b.tolist() for b in model.intercepts_]}


def npz(model):
    facts = {name: value for name, value in attributes(model).items() if name not in ("coefs_", "intercepts_")}
    arrays = {f"{name}.{i}": array for name in ("coefs_", "intercepts_") for i, array in enumerate(getattr(model, name))}
    file = io.BytesIO()
    np.savez(file, **arrays, facts=np.frombuffer(json.dumps(facts).encode(), np.uint8))
    return base64.b64encode(file.getvalue()).decode()


def perceptron(model, y, output):
    model.fit(x, y)
    return {"attributes": attributes(model), "y": written(output(model, x[:8]))}


probabilities = lambda model, rows: model.predict_proba(rows)
values = lambda model, rows: model.predict(rows)
sums = x[:, 0] + x[:, 1] * x[:, 2]
mlp = {
    "three classes": perceptron(MLPClassifier((4, 3), activation="tanh", max_iter=50, random_state=1), np.digitize(sums, [-0.5, 0.5]), probabilities),
    "two classes": perceptron(MLPClassifier((4,), activation="relu", max_iter=50, random_state=1), np.where(sums > 0, "joy", "anger"), probabilities),
    "several labels": perceptron(MLPClassifier((4,), activation="logistic", max_iter=50, random_state=1), (x > 0).astype(int), probabilities),
    "no hidden layer's activation": perceptron(MLPClassifier((4,), activation="identity", max_iter=50, random_state=1), np.digitize(sums, [-0.5, 0.5]), probabilities),
    "regression": perceptron(MLPRegressor(hidden_layer_sizes=(4,), activation="relu", max_iter=50, random_state=1), sums, values),
    "regression of two": perceptron(MLPRegressor(hidden_layer_sizes=(4, 4), activation="tanh", max_iter=50, random_state=1), np.stack([sums, x[:, 0]], 1), values),
}
classifier = MLPClassifier((4,), max_iter=20, random_state=1).fit(x, np.where(sums > 0, "joy", "anger"))
poisson = MLPRegressor(hidden_layer_sizes=(2,), loss="poisson", max_iter=5, random_state=1).fit(x, np.abs(sums))

bernoulli = BernoulliRBM(n_components=3, n_iter=20, random_state=1).fit(bits)
bernoulli_rbm = {
    "attributes": {name: getattr(bernoulli, name).tolist() for name in ("components_", "intercept_visible_", "intercept_hidden_")},
    "freeEnergy": written(bernoulli._free_energy(bits[:8])),
    "hidden": written(bernoulli.transform(bits[:8])),
}


def listed(tensors):
    return {name: tensor.detach().numpy().tolist() for name, tensor in tensors.items()}


def drawn(machine):
    machine.double()
    with torch.no_grad():
        for name, parameter in machine.named_parameters():
            parameter.copy_(torch.tensor(np.round(random.normal(1 if name == "sigma" else 0, 0.5, tuple(parameter.shape)), 3)))
    return machine


def learnergy(kind, machine, rows):
    torch.set_default_dtype(torch.float64)  # learnergy sets float32
    drawn(machine)
    samples = torch.tensor(rows[:8])
    hidden, _ = machine.hidden_sampling(samples)
    visible = machine.visible_sampling(hidden)[0 if kind != "GaussianRBM" else 1]
    told = {"freeEnergy": machine.energy(samples), "hidden": hidden, "visible": visible}
    return {"tensors": listed(machine.state_dict()), **{name: written(tensor.detach()) for name, tensor in told.items()}}


machines = {
    "RBM": learnergy("RBM", RBM(4, 3), bits),
    "GaussianRBM": learnergy("GaussianRBM", GaussianRBM(3, 4), x),
    "VarianceGaussianRBM": learnergy("VarianceGaussianRBM", VarianceGaussianRBM(3, 4), x),
}


def rbms(kind, spins):
    tensors = {name: torch.tensor(np.round(random.normal(0, 0.5, shape), 3)) for name, shape in (("weight_matrix", (4, 3)), ("vbias", (4,)), ("hbias", (3,)))}
    machine = kind(**tensors)
    v = torch.tensor(2 * bits[:8] - 1 if spins else bits[:8])
    mean = machine.sample_hiddens({"visible": v})["hidden_mag"]
    return {"tensors": listed(tensors), "freeEnergy": written(machine.compute_energy_visibles(v)), "hidden": written((1 + mean) / 2 if spins else mean)}


found = {
    "versions": {name: version(name).split("+")[0] for name in ("scikit-learn", "torch", "learnergy", "rbms")},
    "x": written(x[:8]),
    "bits": written(bits[:8]),
    "mlp": mlp,
    "npz": {"file": npz(classifier), "y": written(classifier.predict_proba(x[:8]))},
    "poisson": attributes(poisson),
    "bernoulliRbm": bernoulli_rbm,
    "learnergy": machines,
    "rbms": {"BBRBM": rbms(BBRBM, False), "IIRBM": rbms(IIRBM, True)},
}
Path(__file__).with_suffix(".json").write_text(json.dumps(found) + "\n")
