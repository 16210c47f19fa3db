"""Reference vectors for the feature extraction: one short test signal and what every preset makes of it.

    python features.py          rewrites features.json beside this file

Needs numpy, scipy and librosa. Everything is computed in float64 and printed with 12 significant digits; the
package versions are recorded in the JSON. The librosa preset comes from librosa itself; the other presets are
transcribed here from the definitions of the tools they are named after, one plain function each.

Layout of the JSON: a matrix is {"shape": [rows, columns], "data": [row after row]}, one row per frame.
"samples" is the signal, little-endian int16 in base64. "Unit scale" below means int16 / 32768.
In the silent frames the exact value of most coefficients is 0 (what is below 1e-12 is written as 0): compare with an
absolute tolerance too.
"""

import base64
import json
import math
import platform
from pathlib import Path

import librosa
import numpy as np
import scipy
from scipy.signal import get_window

RATE = 16000
FRAME, STEP, NFFT = 400, 160, 512
EPS32 = float(np.finfo(np.float32).eps)
EPS64 = float(np.finfo(np.float64).eps)


# ------------------------------------------------------------------------------------------------ test signal

def lcg_noise(count, seed=1):
    """Uniform noise in [-1, 1) from x = (1664525 x + 1013904223) mod 2^32, the seed itself not used."""
    values, x = np.empty(count), seed
    for n in range(count):
        x = (1664525 * x + 1013904223) % 2**32
        values[n] = x / 2**31 - 1
    return values


def test_signal():
    """9637 samples: a vowel with an offset, 60 ms of zeros, a loud clipped chirp, a quiet decaying tail."""
    length = 9637
    n = np.arange(length)
    t = n / RATE
    noise = lcg_noise(length)
    vowel = np.zeros(length)
    phase = 2 * np.pi * (140 * t + 60 * t * t)  # fundamental gliding up from 140 Hz
    for harmonic, level in enumerate([1, 0.8, 0.9, 1.2, 0.7, 0.4, 0.2, 0.3, 0.35, 0.15], start=1):
        vowel += level * np.sin(harmonic * phase + 0.4 * harmonic)
    chirp = np.sin(2 * np.pi * (300 * t + 4500 * t * t))
    x = np.zeros(length)
    a, b, c, d = slice(0, 2400), slice(2400, 3360), slice(3360, 5600), slice(5600, length)
    x[a] = (900 * vowel * (0.3 + 0.7 * np.sin(np.pi * n / 2400) ** 2) + 120 * noise + 75)[a]
    x[b] = 0
    x[c] = (5200 * vowel + 16000 * chirp + 500 * noise)[c]
    x[d] = (40 * vowel * np.exp(-(n - 5600) / 500.0) + 3 * noise)[d]
    return np.clip(np.round(x), -32768, 32767).astype("<i2")


# ------------------------------------------------------------------------------------------------ shared parts

def whole_frames(x):
    """Only the frames that lie wholly inside the signal: 1 + floor((N - 400) / 160) rows."""
    count = 1 + (len(x) - FRAME) // STEP
    return np.stack([x[k * STEP:k * STEP + FRAME] for k in range(count)]).astype(np.float64)


def pre_emphasis_per_frame(frames, factor=0.97):
    """y[i] = x[i] - factor x[i-1] within each frame; y[0] = (1 - factor) x[0]."""
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    return frames - factor * before


def dct_ii(rows, keep, skip=0):
    """Orthonormal DCT-II of every row, coefficients skip..skip+keep-1."""
    size = rows.shape[1]
    k = np.arange(skip, skip + keep)[:, None]
    basis = math.sqrt(2 / size) * np.cos(np.pi * k * (np.arange(size) + 0.5) / size)
    basis[k[:, 0] == 0] = math.sqrt(1 / size)
    return rows @ basis.T


def lifter(first, count, length=22):
    return 1 + length / 2 * np.sin(np.pi * np.arange(first, first + count) / length)


def mel_ln(f, factor):
    return factor * np.log(1 + np.asarray(f, dtype=np.float64) / 700)


def triangles_in_mel(count, low, high, factor, bins):
    """Triangles of height 1, linear in mel = factor ln(1 + f/700), sampled at the FFT bin frequencies."""
    edges = np.linspace(mel_ln(low, factor), mel_ln(high, factor), count + 2)
    at = mel_ln(np.arange(bins) * RATE / NFFT, factor)[None, :]
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    return np.maximum(0, np.minimum((at - left) / (centre - left), (right - at) / (right - centre)))


# ------------------------------------------------------------------------------------------------ presets

def librosa_preset(x):
    """librosa.feature.mfcc(y=x, sr=16000) and the log mel spectrogram behind it, in float64 throughout.

    librosa builds its mel filters in float32 unless told otherwise, whatever the type of y; dtype=float64 is
    handed down to them here. The difference from the plain call is returned for the record.
    """
    mfcc = librosa.feature.mfcc(y=x, sr=RATE, dtype=np.float64)
    log_mel = librosa.power_to_db(librosa.feature.melspectrogram(y=x, sr=RATE, dtype=np.float64))
    assert mfcc.dtype == np.float64 and log_mel.dtype == np.float64
    plain = librosa.feature.mfcc(y=x, sr=RATE)
    assert plain.dtype == np.float64
    assert np.isclose(log_mel.min(), log_mel.max() - 80, atol=1e-9), "top_db is not exercised"
    return mfcc.T, log_mel.T, float(np.abs(plain - mfcc).max())


def kaldi_preset(raw):
    """compute-mfcc-feats --dither=0: int16 scale, raw log energy in place of c0."""
    frames = whole_frames(raw)
    frames = frames - frames.mean(axis=1, keepdims=True)
    energy = np.log(np.maximum((frames**2).sum(axis=1), EPS32))  # before pre-emphasis and window
    povey = povey_window(FRAME)
    spectrum = np.abs(np.fft.rfft(pre_emphasis_per_frame(frames) * povey, NFFT)) ** 2
    bank = triangles_in_mel(23, 20, RATE / 2, 1127, NFFT // 2)  # bins 0..255: the Nyquist bin has no weight
    logs = np.log(np.maximum(spectrum[:, :NFFT // 2] @ bank.T, EPS32))
    mfcc = dct_ii(logs, 13) * lifter(0, 13)
    mfcc[:, 0] = energy
    return mfcc


def psf_preset(raw):
    """python_speech_features.mfcc(raw, 16000) with its defaults: int16 scale."""
    raw = raw.astype(np.float64)
    x = np.concatenate([raw[:1], raw[1:] - 0.97 * raw[:-1]])
    count = 1 if len(x) <= FRAME else 1 + math.ceil((len(x) - FRAME) / STEP)
    x = np.concatenate([x, np.zeros((count - 1) * STEP + FRAME - len(x))])
    spectrum = np.abs(np.fft.rfft(whole_frames(x), NFFT)) ** 2 / NFFT

    def or_eps(v):
        return np.where(v == 0, EPS64, v)

    energy = or_eps(spectrum.sum(axis=1))
    mels = np.linspace(0, 2595 * np.log10(1 + RATE / 2 / 700), 26 + 2)
    edges = np.floor((NFFT + 1) * (700 * (10 ** (mels / 2595) - 1)) / RATE)
    bank = np.zeros((26, NFFT // 2 + 1))
    for row, (left, centre, right) in zip(bank, zip(edges, edges[1:], edges[2:])):
        up, down = np.arange(left, centre), np.arange(centre, right)
        row[up.astype(int)] = (up - left) / (centre - left)
        row[down.astype(int)] = (right - down) / (right - centre)
    mfcc = dct_ii(np.log(or_eps(spectrum @ bank.T)), 13) * lifter(0, 13)
    mfcc[:, 0] = np.log(energy)
    return mfcc


def htk_preset(raw):
    """HCopy to MFCC_0: NUMCHANS 26, NUMCEPS 12, CEPLIFTER 22, USEHAMMING, PREEMCOEF 0.97, USEPOWER F.

    Columns c1..c12, then c0. int16 scale, no DC removal. Bins 1..255 of the 512-point magnitude spectrum: HTK
    leaves out both DC and Nyquist. Bin k with mel m lies between two neighbouring centres; the lower channel
    gets the share (upper - m) / (upper - lower) of its magnitude, the upper one the rest.
    """
    channels = 26
    x = pre_emphasis_per_frame(whole_frames(raw)) * hamming_window(FRAME)
    magnitude = np.abs(np.fft.rfft(x, NFFT))
    top = mel_ln(RATE / 2, 1127)
    centres = np.arange(channels + 2) / (channels + 1) * top  # centres[0] = 0 and centres[27] = top, no channels
    fbank = np.zeros((len(x), channels + 2))  # columns 0 and 27 collect what belongs to no channel
    for k in range(1, NFFT // 2):
        m = mel_ln(k * RATE / NFFT, 1127)
        lower = int(np.searchsorted(centres, m, side="left")) - 1  # the last centre strictly below m
        share = (centres[lower + 1] - m) / (centres[lower + 1] - centres[lower])
        fbank[:, lower] += share * magnitude[:, k]
        fbank[:, lower + 1] += (1 - share) * magnitude[:, k]
    logs = np.log(np.maximum(fbank[:, 1:channels + 1], 1))
    mfcc = dct_ii(logs, 12, skip=1) * lifter(1, 12)
    return np.column_stack([mfcc, math.sqrt(2 / channels) * logs.sum(axis=1)])


def study_preset(x):
    """The study's MFCC on unit scale, 13 with log energy first; also log energies and zero crossings per frame."""
    frames = whole_frames(x)
    energy = np.log(np.maximum((frames**2).sum(axis=1), 1e-10))  # raw frame: no pre-emphasis, no window
    emphasised = pre_emphasis_per_frame(frames) * hamming_window(FRAME)
    spectrum = np.abs(np.fft.rfft(emphasised, NFFT)) ** 2
    bank = triangles_in_mel(26, 20, RATE / 2, 1125, NFFT // 2 + 1)
    mfcc = dct_ii(np.log(np.maximum(spectrum @ bank.T, 1e-10)), 13)
    mfcc[:, 0] = energy
    positive = frames >= 0  # 0 counts as positive
    crossings = (positive[:, 1:] != positive[:, :-1]).sum(axis=1)
    return mfcc, energy, crossings


def delta(rows, reach=2):
    """Regression over +-reach frames, the first and the last row repeated beyond the edges."""
    count = len(rows)
    at = np.arange(count)
    total = np.zeros_like(rows)
    for k in range(1, reach + 1):
        total += k * (rows[np.minimum(at + k, count - 1)] - rows[np.maximum(at - k, 0)])
    return total / (2 * sum(k * k for k in range(1, reach + 1)))


# ------------------------------------------------------------------------------------------------ windows

def hamming_window(size):
    return 0.54 - 0.46 * np.cos(2 * np.pi * np.arange(size) / (size - 1))


def povey_window(size):
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / (size - 1))) ** 0.85


def windows(size=12):
    """Povey is ours; the rest is SciPy's. Unless "Periodic" is in the name, a window is symmetric."""
    assert np.allclose(hamming_window(size), get_window("hamming", size, fftbins=False), rtol=0, atol=1e-15)
    return {
        "hannPeriodic": get_window("hann", size, fftbins=True),
        "hannSymmetric": get_window("hann", size, fftbins=False),
        "hamming": get_window("hamming", size, fftbins=False),
        "hammingPeriodic": get_window("hamming", size, fftbins=True),
        "povey": povey_window(size),
        "blackman": get_window("blackman", size, fftbins=False),
        "blackmanPeriodic": get_window("blackman", size, fftbins=True),
    }


# ------------------------------------------------------------------------------------------------ reference tone

PRINTED_TONE = [-17.746481, 8.119757, -5.932431, -7.435484, -2.241011, -0.741047, -5.500298, -9.299106, -5.345287,
                2.832683, 6.886848, 4.208973, 0.058803]


def reference_tone():
    """The printed MFCC of two sines, one frame: which conventions give it is found out here and recorded.

    The mel factor (1125, 1127 or 2595 / ln 10) cannot matter: triangles linear in mel between centres equally
    spaced in mel are the same whatever multiple of ln(1 + f/700) the mel is.
    """
    n = np.arange(FRAME)
    x = (0.5 * np.sin(2 * np.pi * 440 * n / RATE) + 0.25 * np.sin(2 * np.pi * 1250 * n / RATE))[None, :]
    spectrum = np.abs(np.fft.rfft(pre_emphasis_per_frame(x) * hamming_window(FRAME), NFFT)) ** 2
    hits = []
    for factor in (1125, 1127, 2595 / math.log(10)):
        for division in (1, NFFT):
            bank = triangles_in_mel(26, 0, RATE / 2, factor, NFFT // 2 + 1)
            mfcc = dct_ii(np.log(np.maximum(spectrum / division @ bank.T, 1e-10)), 13)[0]
            if np.abs(mfcc - PRINTED_TONE).max() < 1e-6:
                hits.append((factor, division, mfcc))
    print("reference tone:", [(factor, division) for factor, division, _ in hits])
    assert hits and all(division == 1 for _, division, _ in hits)
    return hits


# ------------------------------------------------------------------------------------------------ output

def plain(values):
    """12 significant digits; rounding dust below 1e-12 (and minus zero) becomes 0."""
    return [float(f"{v:.12g}") if abs(v) >= 1e-12 else 0.0 for v in np.asarray(values, dtype=np.float64).ravel()]


def matrix(values):
    return {"shape": list(values.shape), "data": plain(values)}


def main():
    raw = test_signal()
    unit = raw / 32768.0
    mfcc, log_mel, float32_filters = librosa_preset(unit)
    study, energy, crossings = study_preset(unit)
    first = delta(study)
    bank = librosa.filters.mel(sr=RATE, n_fft=NFFT, n_mels=20, dtype=np.float64)
    assert bank.dtype == np.float64 and bank.shape == (20, 257)
    tone = reference_tone()
    out = {
        "about": "written by features.py",
        "versions": {
            "python": platform.python_version(), "numpy": np.__version__,
            "scipy": scipy.__version__, "librosa": librosa.__version__,
        },
        "sampleRate": RATE,
        "samples": base64.b64encode(raw.tobytes()).decode("ascii"),
        "librosa": matrix(mfcc),
        "librosaLogMel": matrix(log_mel),
        "librosaFloat32FiltersDiffer": float(f"{float32_filters:.3g}"),
        "kaldi": matrix(kaldi_preset(raw)),
        "psf": matrix(psf_preset(raw)),
        "htk": matrix(htk_preset(raw)),
        "study": matrix(study),
        "studyDeltas": matrix(np.hstack([study, first, delta(first)])),
        "zeroCrossings": [int(c) for c in crossings],
        "logEnergy": plain(energy),
        "referenceTone": {
            "mfcc": plain(tone[0][2]),
            "melFactors": [float(f"{factor:.12g}") for factor, _, _ in tone],
            "lowHz": 0, "highHz": 8000, "spectrum": "power, not divided by the FFT length",
            "c0": "the DCT's own c0, not replaced by an energy", "lifter": "none",
        },
        "windows": {name: plain(w) for name, w in windows().items()},
        "melSlaney": matrix(bank),
    }
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(out, separators=(",", ":")).replace(',"', ',\n"') + "\n")
    print(path.name, path.stat().st_size, "bytes;", len(raw), "samples;",
          {k: v["shape"] for k, v in out.items() if isinstance(v, dict) and "shape" in v})


if __name__ == "__main__":
    main()
