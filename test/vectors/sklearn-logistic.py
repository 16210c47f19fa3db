"""Coefficients and probabilities of scikit-learn's LogisticRegression at the minimum of its loss.

    python sklearn-logistic.py          rewrites sklearn-logistic.json beside this file

Needs scikit-learn, whose own copies of the data sets are used; versions are recorded in the JSON. Features are standardised by
mean and population standard deviation and rounded to 3 decimals; the rounded numbers are what both sides train on. Weights of the
rows, where there are any, are w_i = 1 + (i mod 5) / 2. scikit-learn minimises

    C sum_i w_i (-ln p_i) + 1/2 ||W||^2        (intercepts spared)

"probabilities" are those of the first 5 rows.
"""

import json
import platform
from pathlib import Path

import numpy as np
import scipy
import sklearn
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.linear_model import LogisticRegression

CASES = [
    ("three classes", load_iris, 150, 1.0, False, True),
    ("three classes, weights, strong penalty", load_wine, 178, 0.003, True, True),
    ("three classes, weak penalty, no intercept", load_iris, 150, 100.0, False, False),
    ("two classes", load_breast_cancer, 100, 1.0, False, True),
    ("two classes, weights, no intercept", load_breast_cancer, 100, 0.1, True, False),
]


def standardised(load, rows):
    data = load()
    x, y = data.data[:rows], data.target[:rows]
    return np.round((x - x.mean(axis=0)) / x.std(axis=0), 3), y


vectors = {"versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "python": platform.python_version()}}
for name, load, rows, C, weighted, intercept in CASES:
    x, y = standardised(load, rows)
    weights = 1 + np.arange(rows) % 5 / 2 if weighted else None
    model = LogisticRegression(C=C, fit_intercept=intercept, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    model.fit(x, y, sample_weight=weights)
    vectors[name] = {"C": C, "intercept": intercept, "weights": None if weights is None else weights.tolist(),
                     "columns": x.shape[1], "coefficients": model.coef_.ravel().tolist(),
                     "intercepts": np.broadcast_to(model.intercept_, model.coef_.shape[:1]).tolist(),
                     "probabilities": model.predict_proba(x[:5]).ravel().tolist(),
                     "x": x.ravel().tolist(), "y": y.tolist()}
    print(name, model.coef_.shape, np.abs(model.coef_).max(), model.n_iter_)
Path(__file__).with_suffix(".json").write_text(json.dumps(vectors) + "\n")
