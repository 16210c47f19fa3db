"""scikit-learn's BernoulliRBM, which trains by PCD-1, on one thread: `python scikit-learn.py FOLDER`."""

from peer import serve, skip

try:
    import sklearn
    from sklearn.neural_network import BernoulliRBM
except ImportError as error:
    skip(error)


def rbm_epoch(size, data):
    rbm = BernoulliRBM(n_components=size["hidden"], learning_rate=0.01, batch_size=100, n_iter=1, random_state=0)
    return lambda: rbm.fit(data["x"])


serve([f"scikit-learn {sklearn.__version__}"], {"rbm epoch": rbm_epoch})
