"""scikit-learn's BernoulliRBM, which trains by PCD-1, and its estimators, on one thread: `python scikit-learn.py FOLDER`."""

from peer import serve, skip

try:
    import numpy as np
    import sklearn
    from sklearn.linear_model import LogisticRegression, RidgeClassifier
    from sklearn.neural_network import BernoulliRBM
    from sklearn.svm import SVC
except ImportError as error:
    skip(error)


def rbm_epoch(size, data):
    rbm = BernoulliRBM(n_components=size["hidden"], learning_rate=0.01, batch_size=100, n_iter=1, random_state=0)
    return lambda: rbm.fit(data["x"])


def fit(make):
    def maker(size, data):
        x = data["x"].astype(np.float64)
        y = np.arange(len(x)) % size["classes"]
        return lambda: make().fit(x, y)

    return maker


makers = {
    "rbm epoch": rbm_epoch,
    "svc rbf fit": fit(lambda: SVC(C=1, tol=1e-6)),
    "svc linear fit": fit(lambda: SVC(C=0.01, kernel="linear", tol=1e-6)),
    "logistic fit": fit(lambda: LogisticRegression(C=0.01, tol=1e-6, max_iter=1000)),
    "ridge fit": fit(lambda: RidgeClassifier(alpha=100)),
}
serve([f"scikit-learn {sklearn.__version__}"], makers)
