"""Praat's measures of the sound of egemaps.json: `python egemaps-praat.py` writes egemaps-praat.json.

Python 3.13 with the packages of voice-requirements.txt. Rows are those of `egemaps`, of the time 0.01 + 0.01 t: F0 (0 where Praat
has none), F1..F3, B1..B3; then jitter and shimmer of the whole sound.
"""
import base64
import json
from pathlib import Path

import numpy as np
import parselmouth
from parselmouth.praat import call

here = Path(__file__).parent
made = json.loads((here / "egemaps.json").read_text())
samples = np.frombuffer(base64.b64decode(made["samples"]), dtype="<i2") / 32768
sound = parselmouth.Sound(samples, made["sampleRate"])
pitch = call(sound, "To Pitch (ac)", 0.001, 75, 15, "yes", 0.03, 0.45, 0.01, 0.35, 0.14, 500)
formants = call(sound, "To Formant (burg)", 0.001, 5, 5500, 0.025, 50)
pulses = call([sound, pitch], "To PointProcess (cc)")


def value(x):
    return 0 if np.isnan(x) else float(f"{x:.6g}")


def row(t):
    ask = [("Get value at time", i) for i in (1, 2, 3)] + [("Get bandwidth at time", i) for i in (1, 2, 3)]
    f0 = call(pitch, "Get value at time", t, "Hertz", "Linear")
    return [value(f0), *(value(call(formants, what, i, t, "hertz", "Linear")) for what, i in ask)]


times = 0.01 + 0.01 * np.arange((len(samples) - 320) // 160 + 1)
result = {
    "versions": {"praat-parselmouth": parselmouth.__version__, "Praat": parselmouth.PRAAT_VERSION},
    "rows": [row(t) for t in times],
    "jitter": value(call(pulses, "Get jitter (local)", 0, 0, 0.0001, 0.02, 1.3)),
    "shimmer": value(call([sound, pulses], "Get shimmer (local_dB)", 0, 0, 0.0001, 0.02, 1.3, 1.6)),
}
(here / "egemaps-praat.json").write_text(json.dumps(result).replace("], [", "],\n [") + "\n")
