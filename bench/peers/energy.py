"""Times of one CD-1 (PCD-1) epoch in scikit-learn and numpy, one thread, as JSON: beside bench/energy.mjs, the same sizes.

BernoulliRBM trains by PCD-1; the numpy CRBM is CD-1 with mean-field reconstructions, momentum and one GEMM each for A, B and W.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import json
import platform
import statistics
import time

import numpy as np
import sklearn
from sklearn.neural_network import BernoulliRBM

REPEATS = 5


def median_ms(run):
    run()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - start))
    return {"median": statistics.median(times), "min": min(times), "max": max(times)}


def rbm_epoch(rng):
    x = (rng.random((10_000, 256)) < 0.5).astype(np.float32)
    rbm = BernoulliRBM(n_components=256, learning_rate=0.01, batch_size=100, n_iter=1, random_state=0)
    return lambda: rbm.fit(x)


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def crbm_epoch(rng, frames=20_000, visible=39, hidden=150, order=5, batch=100):
    x = rng.standard_normal((frames + order, visible), dtype=np.float32)
    cases = x[order:]
    history = np.concatenate([x[order - 1 - lag : frames + order - 1 - lag] for lag in range(order)], axis=1)

    def normal(*shape):
        return 0.01 * rng.standard_normal(shape, dtype=np.float32)

    theta = [normal(visible, hidden), normal(order * visible, visible), normal(order * visible, hidden)]
    theta += [np.zeros(visible, np.float32), np.zeros(hidden, np.float32)]
    velocity = [np.zeros_like(p) for p in theta]

    def epoch():
        w, a, b, bias, hidden_bias = theta
        turn = rng.permutation(frames)
        for start in range(0, frames, batch):
            members = turn[start : start + batch]
            v, h = cases[members], history[members]
            visible_input, hidden_input = bias + h @ a, hidden_bias + h @ b
            p = sigmoid(hidden_input + v @ w)
            sample = (rng.random(p.shape, dtype=np.float32) < p).astype(np.float32)
            means = visible_input + sample @ w.T
            q = sigmoid(hidden_input + means @ w)
            dv, dh = v - means, p - q
            for value, speed, gradient in zip(
                theta, velocity, (v.T @ p - means.T @ q, h.T @ dv, h.T @ dh, dv.sum(0), dh.sum(0)), strict=True
            ):
                speed *= 0.9
                speed += np.float32(1e-4 / batch) * gradient
                value += speed

    return epoch


if __name__ == "__main__":
    generator = np.random.default_rng(1)
    print(
        json.dumps(
            {
                "versions": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, Python {platform.python_version()}",
                "rbm": median_ms(rbm_epoch(generator)),
                "crbm": median_ms(crbm_epoch(generator)),
            }
        )
    )
