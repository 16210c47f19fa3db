"""Voice and spectral measures by the real tools, for the jobs that scripts/voice-features.mjs writes: run that, not this.

    python voice-features.py FOLDER

Python 3.13 with librosa 1.0.0, praat-parselmouth 0.4.7 (Praat 6.4) and opensmile 2.6.0:

    python3.13 -m venv VENV && VENV/bin/pip install -r test/vectors/voice-requirements.txt

FOLDER/jobs.json holds [{tool, measure, args, rate, samples, out}, ...]; `samples` names a file of little-endian float64 in
[-1, 1), whose values are 16-bit samples / 32768 where openSMILE reads them; `out` one of float64 to be written, row after row.
Shapes and versions go to FOLDER/results.json. Rows of Praat begin with their time in seconds.
"""

import importlib.metadata
import json
import platform
import sys
import warnings
from pathlib import Path

import librosa
import numpy as np
import opensmile
import parselmouth
from parselmouth.praat import call


def decibels(x, **args):
    return librosa.power_to_db(x, ref=1.0, **args)


def of_librosa(measure, x, rate, args):
    stft = {k: args[k] for k in ("n_fft", "hop_length") if k in args}
    rest = {k: v for k, v in args.items() if k not in stft}
    if measure == "power":
        return np.abs(librosa.stft(x, **stft)).T ** 2
    if measure == "magnitude":
        return np.abs(librosa.stft(x, **stft)).T
    if measure == "decibel":
        return decibels(np.abs(librosa.stft(x, **stft)) ** 2, **rest).T
    if measure == "mel":
        return librosa.feature.melspectrogram(y=x, sr=rate, **args).T
    if measure == "lpc":
        return librosa.lpc(x[args["from"] : args["to"]], order=args["order"])
    if measure == "spectral_flatness":
        return librosa.feature.spectral_flatness(y=x, **args).T
    return getattr(librosa.feature, measure)(y=x, sr=rate, **args).T


levels = {}


def of_opensmile(measure, x, rate, args):
    level, column = args["level"], args.get("column")
    if level not in levels:
        levels[level] = opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, level)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = levels[level].process_signal(x.astype(np.float32), rate)
    values = table.to_numpy(dtype=np.float64)
    return values if column is None else values[:, [column]]


def pitch_of(sound, args):
    return call(sound, "To Pitch (ac)", 0.01, args["floor"], 15, "yes", 0.03, 0.45, 0.01, 0.35, 0.14, args["ceiling"])


def of_praat(measure, x, rate, args):
    sound = parselmouth.Sound(x, sampling_frequency=rate)
    if measure == "formants":
        count = args["count"]
        object = call(sound, "To Formant (burg)", args["step"], 5, args["ceiling"], args["window"] / 2, args["preemphasis"])
        rows = []
        for frame in range(1, call(object, "Get number of frames") + 1):
            t = call(object, "Get time from frame number", frame)
            values = [call(object, f"Get {what} at time", i + 1, t, "hertz", "Linear") for what in ("value", "bandwidth") for i in range(count)]
            rows.append([t, *values])
        return np.array(rows)
    if measure == "harmonicity":
        object = call(sound, f"To Harmonicity ({args['method']})", 0.01, args["floor"], 0.1, args["periods"])
        return np.column_stack([object.xs(), object.values[0]])
    pitch = pitch_of(sound, args)
    if measure == "pitch":
        return np.column_stack([pitch.xs(), pitch.selected_array["frequency"]])
    if measure == "shs":
        object = call(sound, "To Pitch (shs)", 0.01, args["floor"], 15, 1250, 15, 0.84, args["ceiling"], 48)
        return np.column_stack([object.xs(), object.selected_array["frequency"]])
    pulses = call([sound, pitch], "To PointProcess (cc)")
    if measure == "pulses":
        return np.array([[call(pulses, "Get time from index", i + 1)] for i in range(call(pulses, "Get number of points"))]).reshape(-1, 1)
    names = {"jitter": ["local", "rap", "ppq5"], "shimmer": ["local", "local_dB", "apq3"]}[measure]
    owner, limits = (pulses, [1.3]) if measure == "jitter" else ([sound, pulses], [1.3, 1.6])
    values = [call(owner, f"Get {measure} ({name})", 0, 0, 0.0001, 0.02, *limits) for name in names]
    # Behind the values the contour that the pulses were found along.
    contour = np.column_stack([pitch.xs(), pitch.selected_array["frequency"]])
    return np.concatenate([values, contour.ravel()]).reshape(1, -1)


def main(folder):
    tools = {"librosa": of_librosa, "openSMILE": of_opensmile, "Praat": of_praat}
    shapes = []
    for job in json.loads((folder / "jobs.json").read_text()):
        x = np.fromfile(folder / job["samples"], dtype="<f8")
        values = np.asarray(tools[job["tool"]](job["measure"], x, job["rate"], job["args"]), dtype="<f8")
        shapes.append(values.shape)
        values.tofile(folder / job["out"])
    names = ["librosa", "praat-parselmouth", "opensmile", "numpy"]
    versions = {name: importlib.metadata.version(name) for name in names}
    versions |= {"Praat": parselmouth.PRAAT_VERSION, "Python": platform.python_version()}
    (folder / "results.json").write_text(json.dumps({"shapes": shapes, "versions": versions}))


main(Path(sys.argv[1]))
