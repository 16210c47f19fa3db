"""Features by the real tools, for the jobs that scripts/vectors.mjs writes: run that (npm run vectors), not this.

    python presets.py FOLDER

Python 3.13 with what stands in presets-requirements.txt beside this file:

    python3.13 -m venv VENV && VENV/bin/pip install -r test/vectors/presets-requirements.txt

FOLDER/jobs.json holds [{tool, rate, args, samples, out}, ...]; `samples` names a file of little-endian int16, `out` one
of float64 to be written, row after row. Results (shapes, errors of the tools) go to FOLDER/results.json, with the versions.

Transcriptions in float64 (names in "64") follow the tools' documented formulas, and is held against the tools
themselves wherever they are at hand. torch takes its time: 6 GB with its CUDA libraries, which are not used.
"""

import importlib.metadata
import json
import logging
import platform
import sys
import warnings
import wave
from pathlib import Path

import kaldi_native_fbank as knf
import librosa
import numpy as np
import opensmile
import python_speech_features as psf
import torch
import torchaudio
import torchaudio.compliance.kaldi

EPS32 = float(np.finfo(np.float32).eps)


# ------------------------------------------------------------------------------------------------ the tools themselves

def librosa_mfcc(x, rate, args, folder):
    if args.pop("float32", False):
        return librosa.feature.mfcc(y=(x / 32768).astype(np.float32), sr=rate, **args).T
    return librosa.feature.mfcc(y=x / 32768, sr=rate, dtype=np.float64, **args).T


def psf_features(x, rate, args, folder):
    if args.pop("fbank", False):
        return psf.logfbank(x, rate, **args)
    return psf.mfcc(x, rate, **args)


def online(extractor, options, x, rate):
    extractor = extractor(options)
    extractor.accept_waveform(rate, x.astype(np.float32).tolist())
    extractor.input_finished()
    rows = [extractor.get_frame(t) for t in range(extractor.num_frames_ready)]
    return np.array(rows, dtype=np.float64).reshape(len(rows), extractor.dim)


def knf_features(x, rate, args, folder):
    options = knf.FbankOptions() if args.get("fbank") else knf.MfccOptions()
    options.frame_opts.samp_freq = rate
    options.frame_opts.dither = 0
    options.frame_opts.snip_edges = args.get("snip_edges", True)
    return online(knf.OnlineFbank if args.get("fbank") else knf.OnlineMfcc, options, x, rate)


def knf_as_htk(x, rate, args, folder):
    options = knf.FbankOptions()
    options.frame_opts.samp_freq = rate
    options.frame_opts.dither = 0
    options.frame_opts.window_type = "hamming"
    options.frame_opts.remove_dc_offset = False
    options.mel_opts.num_bins = 26
    options.mel_opts.low_freq = 0
    options.use_power = False
    return np.maximum(online(knf.OnlineFbank, options, x, rate), 0)  # HTK's floor is ln 1


def in_float(double):
    """The dtype of torch; filters and windows are made in the default one, so that it decides too."""
    torch.set_default_dtype(torch.float64 if double else torch.float32)
    return torch.get_default_dtype()


def torchaudio_mfcc(x, rate, args, folder):
    dtype = in_float(args.pop("float64", False))
    transform = torchaudio.transforms.MFCC(sample_rate=rate, **args)
    return transform(torch.from_numpy(x / 32768).to(dtype)).T.double().numpy()


def torchaudio_kaldi(x, rate, args, folder):
    dtype = in_float(args.pop("float64", False))
    features = torchaudio.compliance.kaldi.fbank if args.pop("fbank", False) else torchaudio.compliance.kaldi.mfcc
    waveform = torch.from_numpy(x).to(dtype)[None]
    return features(waveform, sample_frequency=float(rate), dither=0.0, **args).double().numpy()


OPENSMILE = """
[componentInstances:cComponentManager]
instance[dataMemory].type=cDataMemory
instance[wave].type=cWaveSource
instance[frame].type=cFramer
instance[emphasis].type=cVectorPreemphasis
instance[window].type=cWindower
instance[fft].type=cTransformFFT
instance[magnitude].type=cFFTmagphase
instance[mel].type=cMelspec
instance[mfcc].type=cMfcc
instance[sink].type=cHtkSink
printLevelStats=0
nThreads=1
[wave:cWaveSource]
writer.dmLevel=wave
filename={wav}
monoMixdown=1
[frame:cFramer]
reader.dmLevel=wave
writer.dmLevel=frames
copyInputName=1
frameMode=fixed
frameSize=0.025
frameStep=0.010
frameCenterSpecial=left
noPostEOIprocessing=1
[emphasis:cVectorPreemphasis]
reader.dmLevel=frames
writer.dmLevel=emphasised
k=0.97
de=0
[window:cWindower]
reader.dmLevel=emphasised
writer.dmLevel=windowed
winFunc=ham
gain=1.0
offset=0
[fft:cTransformFFT]
reader.dmLevel=windowed
writer.dmLevel=fft
zeroPadSymmetric=0
[magnitude:cFFTmagphase]
reader.dmLevel=fft
writer.dmLevel=magnitude
[mel:cMelspec]
reader.dmLevel=magnitude
writer.dmLevel=mel
htkcompatible=1
nBands=26
usePower=0
lofreq=0
hifreq={nyquist}
[mfcc:cMfcc]
reader.dmLevel=mel
writer.dmLevel=mfcc
firstMfcc=0
lastMfcc=12
cepLifter=22
htkcompatible=1
[sink:cHtkSink]
reader.dmLevel=mfcc
filename={out}
append=0
"""


def opensmile_htk(x, rate, args, folder):
    wav, config, out = (folder / name for name in ("smile.wav", "smile.conf", "smile.htk"))
    with wave.open(str(wav), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", None))
        file.writeframes(x.astype("<i2").tobytes())
    config.write_text(OPENSMILE.format(wav=wav, out=out, nyquist=rate / 2))
    out.unlink(missing_ok=True)
    smile = opensmile.core.lib.OpenSMILE()
    smile.initialize(str(config), {}, loglevel=0)
    smile.run()
    smile.free()
    if not out.exists():
        return np.zeros((0, 13))
    return np.frombuffer(out.read_bytes()[12:], dtype=">f4").astype(np.float64).reshape(-1, 13)


# ------------------------------------------------------------------------------------------------ transcribed, in float64

def mel(f):
    return np.log1p(np.asarray(f, dtype=np.float64) / 700)


def triangles(count, low, high, rate, points):
    """Triangles of height 1, straight over mel, at the bins 0..points/2."""
    edges = np.linspace(mel(low), mel(high), count + 2)
    at = mel(np.arange(points // 2 + 1) * rate / points)[None, :]
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    return np.maximum(0, np.minimum((at - left) / (centre - left), (right - at) / (right - centre)))


def dct(logs, count):
    n, size = np.arange(count)[:, None], logs.shape[1]
    basis = np.sqrt(2 / size) * np.cos(np.pi * n * (np.arange(size) + 0.5) / size)
    basis[0] *= np.sqrt(0.5)
    return logs @ basis.T


def lifter(first, count):
    return 1 + 11 * np.sin(np.pi * np.arange(first, first + count) / 22)


def whole(x, length, step):
    count = 0 if len(x) < length else 1 + (len(x) - length) // step
    return np.array([x[t * step:t * step + length] for t in range(count)], dtype=np.float64).reshape(count, length)


def emphasised(frames):
    return frames - 0.97 * np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)


def power_of_two(length):
    return 1 << (length - 1).bit_length()


def half_up(value):
    return int(np.floor(value + 0.5))


def mirrored(x, length, step):
    """Kaldi's frames with snip_edges=False."""
    count, size = (len(x) + step // 2) // step, len(x)
    rows = np.zeros((count, length))
    for t in range(count):
        for i in range(length):
            s = t * step + step // 2 - length // 2 + i
            while s < 0 or s >= size:
                s = -s - 1 if s < 0 else 2 * size - 1 - s
            rows[t, i] = x[s]
    return rows


def kaldi64(x, rate, args, folder):
    length, step = int(rate * 0.001 * 25), int(rate * 0.001 * 10)
    frames = whole(x, length, step) if args.get("snip_edges", True) else mirrored(x, length, step)
    frames = frames - frames.mean(axis=1, keepdims=True)
    energy = np.log(np.maximum((frames**2).sum(axis=1), EPS32))
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / (length - 1))) ** 0.85
    points = power_of_two(length)
    spectrum = np.abs(np.fft.rfft(emphasised(frames) * window, points)) ** 2
    out = dct(np.log(np.maximum(spectrum @ triangles(23, 20, rate / 2, rate, points).T, EPS32)), 13) * lifter(0, 13)
    out[:, 0] = energy
    return out


def htk64(x, rate, args, folder):
    length, step = half_up(rate * 0.025), half_up(rate * 0.01)
    points = power_of_two(length)
    frames = emphasised(whole(x, length, step)) * np.hamming(length)
    logs = np.log(np.maximum(np.abs(np.fft.rfft(frames, points)) @ triangles(26, 0, rate / 2, rate, points).T, 1))
    c = dct(logs, 13)
    return np.column_stack([c[:, 1:] * lifter(1, 12), c[:, 0] * np.sqrt(2)])


def study64(x, rate, args, folder):
    length, step = half_up(rate * 0.025), half_up(rate * 0.01)
    points = power_of_two(length)
    frames = whole(x / 32768, length, step)
    spectrum = np.abs(np.fft.rfft(emphasised(frames) * np.hamming(length), points)) ** 2
    bank = triangles(26, 20, min(8000, rate / 2), rate, points)
    out = dct(np.log(np.maximum(spectrum @ bank.T, 1e-10)), 13)
    out[:, 0] = np.log(np.maximum((frames**2).sum(axis=1), 1e-10))
    return out


# ------------------------------------------------------------------------------------------------ deltas

def delta(rows, tool, args):
    x = np.array(rows, dtype=np.float64)
    if tool == "librosa":
        return librosa.feature.delta(x, axis=0, **args)
    twice = args.pop("twice", False)
    if tool == "torchaudio":
        in_float(True)
        apply = torchaudio.transforms.ComputeDeltas(**args)
        once = apply(torch.from_numpy(x).T)
        return (apply(once) if twice else once).T.numpy()
    once = psf.delta(x, **args)
    return psf.delta(once, **args) if twice else once


# ------------------------------------------------------------------------------------------------ jobs

TOOLS = {
    "librosa": librosa_mfcc,
    "psf": psf_features,
    "knf": knf_features,
    "knf-htk": knf_as_htk,
    "opensmile": opensmile_htk,
    "torchaudio": torchaudio_mfcc,
    "torchaudio-kaldi": torchaudio_kaldi,
    "kaldi64": kaldi64,
    "htk64": htk64,
    "study64": study64,
}
PACKAGES = ["librosa", "kaldi-native-fbank", "python_speech_features", "opensmile", "torchaudio", "torch", "numpy", "scipy"]


def run(job, folder):
    x = np.fromfile(folder / job["samples"], dtype="<i2").astype(np.float64)
    try:
        result = np.asarray(TOOLS[job["tool"]](x, job["rate"], dict(job["args"]), folder), dtype=np.float64)
    except (librosa.ParameterError, ValueError, IndexError, AssertionError, RuntimeError) as error:
        return {"error": f"{type(error).__name__}: {error}"}
    result.tofile(folder / job["out"])
    return {"shape": list(result.shape)}


def main(folder):
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    jobs = json.loads((folder / "jobs.json").read_text())
    results = [run(job, folder) for job in jobs["features"]]
    deltas = [delta(job["rows"], job["tool"], dict(job["args"])).tolist() for job in jobs["deltas"]]
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    versions["Python"] = platform.python_version()
    answer = {"versions": versions, "features": results, "deltas": deltas}
    (folder / "results.json").write_text(json.dumps(answer))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
