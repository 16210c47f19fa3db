"""Reference vectors of eGeMAPS, from openSMILE itself.

    pip install opensmile==2.6.0
    python egemaps.py           rewrites egemaps.json beside this file

The sound: 0.7 s at 16 kHz of a voice made here (pulses of unequal periods and heights through resonators, over noise) with a hiss in
its middle, so that no number is rounding noise, and silence before and behind. Base64: the 16-bit samples, the descriptors [T, 25],
the functionals [88], those of short pieces, of other rates and levels, and spectra of a frame of 20 ms and one of 60 ms with the windowed frames that they belong to (real part of
bin 0, of the last bin, then real and imaginary parts in turn), all float32 as openSMILE has them.
"""
import base64
import json
import math
import random
from pathlib import Path

import numpy as np
import opensmile

RATE = 16000
FRAME = 15
# Pieces of 1 to 5 frames, within and at the ends of voices, in silence, in the hiss.
SHORT = [(1600, 960), (2000, 1119), (2000, 1300), (3000, 1500), (3900, 1600), (6800, 1440), (0, 960), (5200, 1000)]
# The same samples as if of other rates; clipped; 36 dB down.
VARIANTS = [(8000, 1), (22050, 1), (32000, 1), (44100, 1), (48000, 1), (16000, 4), (16000, 1 / 64)]


def voice(rng, seconds, f0):
    x = [0.0] * int(seconds * RATE)
    t = 0.005
    while t < seconds - 0.004:
        n = int(t * RATE)
        x[n] += (1 + 0.1 * rng.uniform(-1, 1)) * (1 - (t * RATE - n))
        x[n + 1] += (1 + 0.1 * rng.uniform(-1, 1)) * (t * RATE - n)
        t += (1 + 0.01 * rng.uniform(-1, 1)) / f0(t / seconds)
    for f, b in ((600, 70), (1300, 90), (2500, 120), (3600, 160)):
        r = math.exp(-math.pi * b / RATE)
        a1, a2 = 2 * r * math.cos(2 * math.pi * f / RATE), -r * r
        y1 = y2 = 0.0
        for n, v in enumerate(x):
            x[n] = v + a1 * y1 + a2 * y2
            x[n], y2, y1 = x[n], y1, x[n]
    top = max(abs(v) for v in x)
    return [0.4 * v / top + 0.002 * rng.gauss(0, 1) for v in x]


def sound():
    rng = random.Random(5)
    silence = [0.0] * int(0.06 * RATE)
    hiss = [0.03 * rng.gauss(0, 1) for _ in range(int(0.1 * RATE))]
    x = silence + voice(rng, 0.25, lambda p: 110 + 60 * p) + hiss + voice(rng, 0.2, lambda p: 220 - 50 * p) + silence
    return np.array([round(32768 * v) for v in x], dtype=np.int16)


def amplified(samples, gain):
    return np.clip(np.trunc(samples * float(gain)), -32768, 32767).astype(np.int16)


def level(name, samples, rate=RATE):
    smile = opensmile.Smile(feature_set=opensmile.FeatureSet.eGeMAPSv02, feature_level=name)
    return smile.process(samples.reshape(1, -1) / np.float32(32768), rate)[2].astype("<f4")


def text(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


samples = sound()
result = {
    "versions": {"opensmile": opensmile.__version__, "numpy": np.__version__},
    "sampleRate": RATE,
    "samples": text(samples.astype("<i2")),
    "frames": text(level("lld", samples)),
    "functionals": text(level("func", samples)),
    "short": [
        {"first": first, "length": length, "functionals": text(level("func", samples[first : first + length]))}
        for first, length in SHORT
    ],
    "variants": [
        {"sampleRate": rate, "gain": gain, "functionals": text(level("func", amplified(samples, gain), rate))}
        for rate, gain in VARIANTS
    ],
    "spectra": [
        {"window": text(level(f"gemapsv01b_win{kind}", samples)[FRAME]), "bins": text(level(f"gemapsv01b_fftc{kind}", samples)[FRAME])}
        for kind in ("H25", "G60")
    ],
}
Path(__file__).with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
