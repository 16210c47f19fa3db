"""NumPy on one thread: `python numerical.py FOLDER`.

The CRBM is CD-1 with mean-field reconstructions, momentum and one product each for A, B and W; the MFCC is vectorised over
all frames of the recording.
"""

import platform

from peer import serve, skip

try:
    import numpy as np
except ImportError as error:
    skip(error)


def blas():
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return "BLAS kernel unknown: threadpoolctl is missing"
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return ", ".join(f"{pool['internal_api']} {pool['version']}, {pool.get('architecture')}" for pool in pools)


def gemm(_, data):
    a, b = data["a"], data["b"]
    out = np.empty((a.shape[0], b.shape[1]), np.float32)
    return lambda: np.matmul(a, b, out=out)


def elementwise(function):
    def make(_, data):
        x = data["x"]
        out = np.empty_like(x)
        return lambda: function(x, out)

    return make


def sigmoid(x, out=None):
    out = np.negative(x, out)
    np.exp(out, out)
    out += 1
    return np.reciprocal(out, out)


def normal_noise(size, _):
    rng, out = np.random.default_rng(1), np.empty(size["n"], np.float32)
    return lambda: rng.standard_normal(out=out, dtype=np.float32)


def crbm_epoch(size, data):
    hidden, order, batch = size["hidden"], size["order"], 100
    sequences, length, visible = data["x"].shape
    cases = data["x"][:, order:].reshape(-1, visible)
    lagged = [data["x"][:, order - lag : length - lag].reshape(-1, visible) for lag in range(1, order + 1)]
    history = np.concatenate(lagged, axis=1)
    rng = np.random.default_rng(1)

    def normal(*shape):
        return np.float32(0.01) * rng.standard_normal(shape, dtype=np.float32)

    theta = [normal(visible, hidden), normal(order * visible, visible), normal(order * visible, hidden)]
    theta += [np.zeros(visible, np.float32), np.zeros(hidden, np.float32)]
    velocity = [np.zeros_like(p) for p in theta]

    def epoch():
        w, a, b, bias, hidden_bias = theta
        turn = rng.permutation(len(cases))
        for start in range(0, len(cases), batch):
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
                speed *= np.float32(0.9)
                speed += np.float32(1e-4 / batch) * gradient
                value += speed

    return epoch


LENGTH, HOP, BINS, FILTERS, COEFFICIENTS = 400, 160, 257, 26, 13


def mel_filters():
    edges = 700 * np.expm1(np.linspace(0, np.log1p(8000 / 700), FILTERS + 2))
    hz = np.arange(BINS) * 16000 / 512
    up = (hz - edges[:-2, None]) / np.diff(edges)[:-1, None]
    down = (edges[2:, None] - hz) / np.diff(edges)[1:, None]
    return np.maximum(0, np.minimum(up, down)).astype(np.float32)


def delta(x):
    padded = np.pad(x, ((2, 2), (0, 0)), mode="edge")
    return (2 * (padded[4:] - padded[:-4]) + padded[3:-1] - padded[1:-3]) / np.float32(10)


def mfcc(deltas):
    # float64 frames: the float32 transform of NumPy 2.4 is twenty times slower.
    window = np.hamming(LENGTH)
    filters = mel_filters().T
    n = np.arange(FILTERS) + 0.5
    dct = np.cos(np.pi / FILTERS * n[:, None] * np.arange(COEFFICIENTS)).astype(np.float32)

    def make(_, data):
        def run():
            samples = data["samples"]
            emphasised = np.append(samples[0], samples[1:] - np.float32(0.97) * samples[:-1])
            frames = np.lib.stride_tricks.sliding_window_view(emphasised, LENGTH)[::HOP] * window
            power = np.abs(np.fft.rfft(frames, 512)) ** 2
            columns = [np.log(np.maximum(power @ filters, 1e-10)) @ dct]
            for _ in range(deltas):
                columns.append(delta(columns[-1]))
            return np.concatenate(columns, axis=1)

        return run

    return make


serve(
    [f"NumPy {np.__version__} ({blas()})", f"Python {platform.python_version()}"],
    {
        "gemm": gemm,
        "tanh": elementwise(np.tanh),
        "sigmoid": elementwise(sigmoid),
        "exp": elementwise(np.exp),
        "normal noise": normal_noise,
        "crbm epoch": crbm_epoch,
        "mfcc 13": mfcc(0),
        "mfcc 39": mfcc(2),
    },
)
