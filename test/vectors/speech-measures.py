"""Reference values of tracks and measures of speech: their definitions again, in numpy, of the sound in egemaps.json.

    pip install numpy==2.5.5
    python speech-measures.py       rewrites speech-measures.json beside this file

Base64 of float64: tracks [rows, 54] with the level, measures [168] with the level.
"""
import base64
import json
from pathlib import Path

import numpy as np

RATE, STEP, SHORT, LONG = 16000, 160, 512, 1024
HERE = Path(__file__).parent


def hann(n):
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)


def decibels(p):
    return 10 * np.log10(p)


def loud(levels, least=-np.inf):
    x = np.sort(levels[levels > least])
    return np.percentile(x[x >= x[max(0, len(x) - 10)] - 40], 95)


def kept(x):
    """The sound between runs of 10 ms of equal samples."""
    changes = np.flatnonzero(np.diff(x))
    first, last = changes[0] + 1, changes[-1] + 1
    return (first if first >= STEP else 0), (last if len(x) - last >= STEP else len(x))


def filters():
    f = np.arange(SHORT // 2 + 1) * RATE / SHORT
    mel = np.linspace(*(2595 * np.log10(1 + np.array([60, 7200]) / 700)), 42)
    corners = 700 * (10 ** (mel / 2595) - 1)
    bank = np.array([np.clip(np.minimum((f - a) / (b - a), (c - f) / (c - b)), 0, None) for a, b, c in zip(corners, corners[1:], corners[2:])])
    return bank / bank.sum(1, keepdims=True)


def pitch(frames):
    """F0 or 0, periodicity, and the spectra of the frames."""
    frames = frames - frames.mean(1, keepdims=True)
    spectrum = np.abs(np.fft.rfft(frames * hann(LONG), 2 * LONG)) ** 2
    window = np.fft.irfft(np.abs(np.fft.rfft(hann(LONG), 2 * LONG)) ** 2)
    correlation = np.fft.irfft(spectrum)
    r = correlation[:, :269] / (correlation[:, :1] + 1e-9) / (window / window[0])[:269]
    f = np.arange(LONG + 1) * RATE / 2 / LONG
    level = decibels(np.maximum(spectrum[:, (f >= 60) & (f < 7200)].sum(1) / (LONG * LONG * 0.375), 1e-10))
    total = loud(level)
    states = []
    for row, own in zip(r, level):
        found = []
        for k in range(RATE // 550, len(row) - 1):
            if row[k] <= 0 or row[k] < row[k - 1] or row[k] <= row[k + 1]:
                continue
            shift = (row[k + 1] - row[k - 1]) / (2 * (2 * row[k] - row[k - 1] - row[k + 1]))
            height = min(1, row[k] + (row[k + 1] - row[k - 1]) * shift / 4)
            f0 = min(550, max(60, RATE / (k + shift)))
            found.append((height - 0.03 * np.log2(550 / f0), f0, height))
        largest = max([height for _, _, height in found], default=0)
        states.append([(0.45 if own >= total - 33 else 1.0, 0, largest)] + sorted(found, reverse=True)[:5])
    best, back = [s[0] for s in states[0]], []
    for before, now in zip(states, states[1:]):
        def cost(a, b):
            return 0.6 * abs(np.log2(a / b)) if a and b else 0 if a == b else 0.14
        totals = [[best[i] - cost(b[1], a[1]) for i, b in enumerate(before)] for a in now]
        back.append([int(np.argmax(t)) for t in totals])
        best = [max(t) + a[0] for t, a in zip(totals, now)]
    path = [int(np.argmax(best))]
    for b in reversed(back):
        path.insert(0, b[path[0]])
    chosen = [s[i] for s, i in zip(states, path)]
    return np.array([c[1] for c in chosen]), np.array([c[2] for c in chosen]), spectrum, total


def tracks(x):
    first, last = kept(x)
    y = x[first:last] - x[first:last].mean()
    peak = np.abs(y).max()
    y = y / peak * 0.5
    phase = int(np.argmax(np.abs(y))) % STEP
    count = (len(y) - 1 - phase) // STEP + 1
    padded = np.pad(y, LONG, mode="symmetric")

    def cut(length):
        return np.array([padded[LONG + phase + STEP * i - length // 2 :][:length] for i in range(count)])

    f0, periodicity, long, total = pitch(cut(LONG))
    p = np.abs(np.fft.rfft(cut(SHORT) * hann(SHORT))) ** 2 / (SHORT / 2 * SHORT * 0.375) / 10 ** (total / 10)
    f = np.arange(SHORT // 2 + 1) * RATE / SHORT
    q = p + 1e-5

    def band(low, high, of=q):
        return of[:, (f >= low) & (f < high)]

    def slope(low, high):
        at = f[(f >= low) & (f < high)]
        return decibels(band(low, high)) @ (at - at.mean()) / ((at - at.mean()) ** 2).sum()

    voice = band(60, 4000)
    magnitude = np.sqrt(voice / voice.mean(1, keepdims=True))
    flux = np.r_[0, np.sqrt((np.diff(magnitude, axis=0) ** 2).mean(1))]

    def harmonic(h):
        bins = np.clip(np.round(h * f0 * 2 * LONG / RATE).astype(int), 2, LONG - 2)
        return decibels(np.maximum([row[k - 2 : k + 3].max() for row, k in zip(long, bins)], 1e-10))

    def strongest(low, high):
        return decibels(np.maximum(long[:, low * 2 * LONG // RATE : high * 2 * LONG // RATE].max(1), 1e-10))

    one, voiced = harmonic(1), f0 > 0
    energy = decibels(band(60, 7200, p).sum(1) + 1e-7)
    columns = [
        energy,
        f0,
        periodicity,
        decibels(band(1000, 5000).sum(1) / band(60, 1000).sum(1)),
        decibels(band(60, 2000).max(1) / band(2000, 5000).max(1)),
        slope(60, 500),
        slope(500, 1500),
        slope(1500, 5000),
        voice @ f[(f >= 60) & (f < 4000)] / voice.sum(1),
        flux,
        np.where(voiced, one - harmonic(2), 0),
        np.where(voiced, one - strongest(2000, 3200), 0),
        np.where(voiced, one - strongest(300, 1000), 0),
        *decibels(q @ filters().T).T,
        energy + total + 20 * np.log10(peak / 0.5),
    ]
    rows = -(-len(x) // STEP)
    out = np.zeros((rows, len(columns)))
    out[:, 0], out[:, 13:53], out[:, 53] = -70, -50, -70 + total + 20 * np.log10(peak / 0.5)
    start = (first + phase) // STEP
    out[start : start + count] = np.array(columns).T[: rows - start]
    return out


def measures(rows):
    top = loud(rows[:, 0], -69.999)
    active = rows[:, 0] > top - 30
    at = np.flatnonzero(active)
    rows, active = rows[at[0] : at[-1] + 1], active[at[0] : at[-1] + 1]
    energy, n = rows[:, 0] - top, len(active)
    voiced = active & (rows[:, 1] > 0)
    st = 12 * np.log2(np.maximum(rows[:, 1], 50) / 100)
    z, pc = st[voiced], np.percentile
    d = (st[2:] - st[:-2])[voiced[2:] & voiced[1:-1] & voiced[:-2]]
    d = d[np.abs(d) < 3]
    t = np.flatnonzero(voiced) / 100
    t = t - t.mean()
    quarter = max(1, len(z) // 4)
    o = [z.mean(), *pc(z, [50, 20, 80, 95, 5]), z.std(), pc(z, 80) - pc(z, 20), pc(z, 95) - pc(z, 5)]
    o += [((z - z.mean()) ** 3).mean() / (z.std() ** 3 + 0.1), np.abs(d).mean(), np.maximum(d, 0).mean(), np.minimum(d, 0).mean()]
    o += [t @ (z - z.mean()) / (t @ t + 1e-3), z[-quarter:].mean() - z[:quarter].mean()]
    edges = np.diff(np.r_[0, voiced.astype(int), 0])
    runs = (np.flatnonzero(edges < 0) - np.flatnonzero(edges > 0)) / 100
    smooth = np.convolve(np.pad(np.clip(energy, -40, 5), 4, constant_values=-40), np.hanning(9) / np.hanning(9).sum(), "valid")
    peaks = (smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:]) & (smooth[1:-1] > -20)
    o += [voiced.sum() / active.sum(), active.mean(), np.log(n / 100), len(runs) / n * 100, np.log(runs.mean() + 0.01), runs.std(), peaks.sum() / n * 100]
    c, e = np.clip(energy, -40, 9), energy[active]
    s = (c[4:] - c[:-4]) / 4
    o += [e.std(), e.mean(), *pc(e, [10, 25, 50, 75]), np.abs(s).mean(), pc(s, 90), pc(s, 10), energy.max()]
    a = rows[voiced, 2:13]
    o += [*a.mean(0), *a.std(0), *pc(a, [10, 50, 90], axis=0).ravel()]
    bands = rows[:, 13:53].reshape(n, 20, 2).mean(2)
    m = bands[energy > -10].mean(0)
    o += [*(m - m.mean()), *bands[active].std(0)]
    y = rows[:, 13:53].reshape(n, 8, 5).mean(2)
    y = np.pad(y, ((0, max(0, 100 - n)), (0, 0)), mode="edge")
    windows = [y[i : i + 100] for i in range(0, len(y) - 99, 25)]
    power = np.mean([np.abs(np.fft.rfft((w - w.mean(0)) * np.hanning(100)[:, None], axis=0)) ** 2 for w in windows], 0)
    o += [np.log(1 + power[low:high, j].mean()) for j in range(8) for low, high in ((1, 3), (3, 6), (6, 10), (10, 18), (18, 32))]
    return np.array([*o, rows[active, 53].mean()])


def text(array):
    return base64.b64encode(np.ascontiguousarray(array, "<f8").tobytes()).decode()


sound = json.loads((HERE / "egemaps.json").read_text())
samples = np.frombuffer(base64.b64decode(sound["samples"]), "<i2") / 32768
x = tracks(samples)
(HERE / "speech-measures.json").write_text(json.dumps({"tracks": text(x.ravel()), "measures": text(measures(x))}) + "\n")
