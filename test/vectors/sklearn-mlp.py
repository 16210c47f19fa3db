"""Training losses of scikit-learn's MLPClassifier by L-BFGS from given weights.

    python sklearn-mlp.py          rewrites sklearn-mlp.json beside this file

Needs scikit-learn, whose own copies of the data sets are used; versions are recorded in the JSON. Features are standardised by
mean and population standard deviation (constant ones become 0) and rounded to 4 decimals; the rounded numbers are what both sides train on.
Weights start as W[i][j] = sqrt(6 / (inputs + outputs)) sin(1 + n), n running over all weights layer by layer, each
matrix [inputs, outputs] row by row; biases at zero. scikit-learn minimises

    mean cross-entropy of softmax + alpha / 2 sum ||W||^2 / n        (biases spared)

and "loss" is that at the end of its training, recomputed here from the weights; "crossEntropy" its first term alone.
"""

import json
import math
import platform
import warnings
from pathlib import Path

import numpy as np
import scipy
import sklearn
from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.neural_network import MLPClassifier

CASES = [
    ("iris", load_iris, None, [8], "tanh", 0.1),
    ("wine", load_wine, None, [6, 5], "logistic", 0.1),
    ("digits", load_digits, 240, [16], "tanh", 1.0),
]


def standardised(load, rows):
    data = load()
    x, y = data.data[:rows], data.target[:rows]
    deviation = x.std(axis=0)
    return np.round((x - x.mean(axis=0)) / np.where(deviation > 0, deviation, 1), 4), y


def start(sizes):
    n, weights = 0, []
    for inputs, outputs in zip(sizes, sizes[1:]):
        values = [math.sin(1 + n + k) for k in range(inputs * outputs)]
        n += inputs * outputs
        weights.append(math.sqrt(6 / (inputs + outputs)) * np.array(values).reshape(inputs, outputs))
    return weights


def train(x, y, hidden, activation, alpha):
    model = MLPClassifier(hidden, activation=activation, solver="lbfgs", alpha=alpha, tol=1e-6, max_iter=1, max_fun=10**6,
                          warm_start=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(x, y)
        model.coefs_ = start([x.shape[1], *hidden, len(np.unique(y))])
        model.intercepts_ = [np.zeros(w.shape[1]) for w in model.coefs_]
        model.max_iter = 20_000
        model.fit(x, y)
    posteriors = model.predict_proba(x)
    cross_entropy = -np.log(posteriors[np.arange(len(y)), y]).mean()
    decay = alpha / 2 * sum((w**2).sum() for w in model.coefs_) / len(y)
    return {"loss": cross_entropy + decay, "crossEntropy": cross_entropy, "iterations": int(model.n_iter_)}


vectors = {"versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "python": platform.python_version()}}
for name, load, rows, hidden, activation, alpha in CASES:
    x, y = standardised(load, rows)
    vectors[name] = {"hidden": hidden, "activation": activation, "alpha": alpha, "columns": x.shape[1],
                     **train(x, y, hidden, activation, alpha), "x": x.ravel().tolist(), "y": y.tolist()}
    print(name, {key: value for key, value in vectors[name].items() if key not in "xy"})
Path(__file__).with_suffix(".json").write_text(json.dumps(vectors) + "\n")
