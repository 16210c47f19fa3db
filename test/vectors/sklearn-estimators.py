"""Decision values of scikit-learn's ridge regression and support-vector machines.

    python sklearn-estimators.py          rewrites sklearn-estimators.json beside this file

Needs scikit-learn, whose own copies of the data sets are used; versions are recorded in the JSON. Features are standardised by
mean and population standard deviation and rounded to 3 decimals; the rounded numbers ("x" of a data set) are what both sides train
on. Weights of the rows, where there are any, are w_i = 1 + (i mod 5) / 2; "balanced" are class weights. Support-vector machines are
trained until their conditions of optimality hold to 1e-10. "decision" are the decision values of every third row, "support" the
number of support vectors; targets of the regressions are the first columns of another data set's rows.
"""

import json
import platform
from pathlib import Path

import numpy as np
import sklearn
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.svm import SVC

SETS = {"iris": (load_iris, 150, 4), "wine": (load_wine, 178, 13), "cancer": (load_breast_cancer, 100, 30)}


def standardised(load, rows, columns):
    data = load()
    order = np.argsort(np.arange(len(data.target)) * 7919 % len(data.target))[:rows]
    x, y = data.data[order][:, :columns], data.target[order]
    return np.round((x - x.mean(axis=0)) / x.std(axis=0), 3), y


DATA = {name: standardised(*given) for name, given in SETS.items()}


def weights_of(rows, weighted):
    return 1 + np.arange(rows) % 5 / 2 if weighted else None


def ridge(name, rows, targets, alpha, weighted, intercept):
    x = DATA[name][0][:rows]
    y = DATA["wine"][0][:rows, 2:2 + targets] if name != "wine" else DATA["iris"][0][:rows, :targets]
    model = Ridge(alpha=alpha, fit_intercept=intercept, solver="cholesky")
    model.fit(x, y, sample_weight=weights_of(rows, weighted))
    return {"data": name, "rows": rows, "alpha": alpha, "weighted": weighted, "intercept": intercept, "targets": y.ravel().tolist(),
            "columns": targets, "decision": model.predict(x[::3]).ravel().tolist()}


def ridge_classifier(name, alpha, weighted, balanced):
    x, y = DATA[name]
    model = RidgeClassifier(alpha=alpha, class_weight="balanced" if balanced else None, solver="cholesky")
    model.fit(x, y, sample_weight=weights_of(len(y), weighted))
    return {"data": name, "alpha": alpha, "weighted": weighted, "balanced": balanced,
            "decision": model.decision_function(x[::3]).ravel().tolist(), "said": model.predict(x).tolist()}


def svc(name, kernel, C, gamma, weighted, balanced):
    x, y = DATA[name]
    model = SVC(kernel=kernel, C=C, gamma=gamma, tol=1e-10, class_weight="balanced" if balanced else None, break_ties=True)
    model.fit(x, y, sample_weight=weights_of(len(y), weighted))
    pairs = SVC(kernel=kernel, C=C, gamma=gamma, tol=1e-10, class_weight="balanced" if balanced else None,
                decision_function_shape="ovo").fit(x, y, sample_weight=weights_of(len(y), weighted))
    return {"data": name, "kernel": kernel, "C": C, "gamma": gamma, "weighted": weighted, "balanced": balanced,
            "support": len(model.support_), "decision": model.decision_function(x[::3]).ravel().tolist(),
            "pairs": pairs.decision_function(x[::3]).ravel().tolist(), "said": model.predict(x).tolist()}


vectors = {
    "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "python": platform.python_version()},
    "data": {name: {"x": x.ravel().tolist(), "columns": x.shape[1], "y": y.tolist()} for name, (x, y) in DATA.items()},
    "ridge": {
        "one target": ridge("iris", 150, 1, 1.0, False, True),
        "three targets, weights": ridge("iris", 150, 3, 0.1, True, True),
        "no intercept, weights": ridge("wine", 150, 2, 10.0, True, False),
        "fewer rows than columns": ridge("cancer", 20, 2, 0.5, False, True),
        "fewer rows than columns, weights": ridge("cancer", 25, 1, 5.0, True, True),
    },
    "ridgeClassifier": {
        "three classes": ridge_classifier("iris", 1.0, False, False),
        "three classes, weights, balanced": ridge_classifier("wine", 10.0, True, True),
        "two classes": ridge_classifier("cancer", 1.0, False, False),
        "two classes, balanced": ridge_classifier("cancer", 3.0, False, True),
    },
    "svc": {
        "linear, three classes": svc("iris", "linear", 1.0, "scale", False, False),
        "linear, two classes, weights": svc("cancer", "linear", 0.1, "scale", True, False),
        "rbf, three classes": svc("iris", "rbf", 1.0, "scale", False, False),
        "rbf, three classes, weights, balanced": svc("wine", "rbf", 3.0, "scale", True, True),
        "rbf, large C, gamma": svc("iris", "rbf", 100.0, 0.05, False, True),
        "rbf, two classes": svc("cancer", "rbf", 1.0, "scale", False, False),
        "rbf, gamma auto": svc("wine", "rbf", 0.2, "auto", False, False),
    },
}
for kind in ("ridge", "ridgeClassifier", "svc"):
    for name, case in vectors[kind].items():
        print(kind, name, len(case["decision"]), np.abs(case["decision"]).max(), case.get("support"))
Path(__file__).with_suffix(".json").write_text(json.dumps(vectors) + "\n")
