"""scikit-learn's answers on openSMILE's eGeMAPS for scripts/linear-kernel.mjs: run that, not this.

    python linear_kernel.py FOLDER

Python with opensmile and scikit-learn. FOLDER/job.json holds the files, labels, folds with their inner parts, and the systems with
their grids; FOLDER/answers.json gets the features, and for each system and fold the settings chosen, answers, decision values and
posteriors of the test recordings.
"""

import importlib.metadata
import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import opensmile
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

warnings.simplefilter("ignore")
folder = Path(sys.argv[1])
job = json.loads((folder / "job.json").read_text())
smile = opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.Functionals)
x = np.stack([smile.process_file(path).to_numpy()[0] for path in job["files"]]).astype(np.float32).astype(np.float64)
y = np.array(job["labels"])


def estimator(system, choice):
    balanced = {**choice, "class_weight": "balanced"}
    if system["name"] == "svm":
        return SVC(kernel=system.get("kernel", "rbf"), tol=1e-8, break_ties=True, **balanced)
    if system["name"] == "logistic":
        return LogisticRegression(solver="newton-cholesky", tol=1e-10, max_iter=1000, **balanced)
    return RidgeClassifier(solver="cholesky", **balanced)


def fitted(system, choice, rows):
    return make_pipeline(StandardScaler(), estimator(system, choice)).fit(x[rows], y[rows])


def score(system, choice, parts):
    return sum(balanced_accuracy_score(y[p["test"]], fitted(system, choice, p["train"]).predict(x[p["test"]])) for p in parts)


def posterior(system, choice, model, fold):
    if system["name"] == "logistic":
        return model.predict_proba(x[fold["test"]])
    place = {i: k for k, i in enumerate(fold["train"])}
    cv = [([place[i] for i in p["train"]], [place[i] for i in p["test"]]) for p in fold["parts"]]
    calibrated = CalibratedClassifierCV(make_pipeline(StandardScaler(), estimator(system, choice)), cv=cv, ensemble=False)
    return calibrated.fit(x[fold["train"]], y[fold["train"]]).predict_proba(x[fold["test"]])


answers, seconds = {}, {}
for title, system in job["systems"].items():
    answers[title] = []
    seconds[title] = 0
    for fold in job["folds"]:
        begin = time.process_time()
        scores = [score(system, choice, fold["parts"]) for choice in system["grid"]]
        choice = system["grid"][int(np.argmax(scores))]
        model = fitted(system, choice, fold["train"])
        decision = model.decision_function(x[fold["test"]])
        said = model.predict(x[fold["test"]])
        seconds[title] += time.process_time() - begin
        answers[title].append({
            "choice": choice, "said": said.tolist(), "decision": decision.ravel().tolist(),
            "posterior": posterior(system, choice, model, fold).tolist(),
        })
versions = {name: importlib.metadata.version(name) for name in ("opensmile", "scikit-learn", "numpy")}
out = {"features": x.tolist(), "systems": answers, "seconds": seconds, "versions": versions}
(folder / "answers.json").write_text(json.dumps(out))
