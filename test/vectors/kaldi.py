#!/usr/bin/env python3
"""Archives of Kaldi and parameter files of HTK, by the libraries of others, and the numbers that they read back.

kaldi-native-io is Kaldi's own code: it writes the compressed matrices (CM, CM2, CM3) and HTK files, and its numbers are those of Kaldi, bit
for bit. kaldiio writes archives in binary and in text. Regenerate with

    python -m venv venv && venv/bin/pip install kaldiio==2.18.1 kaldi-native-io==1.23.0 numpy==2.2.6
    venv/bin/python test/vectors/kaldi.py > test/vectors/kaldi.json

With `--read FOLDER` it reads what test/io/kaldi.test.ts writes there with SER_KALDI_OUT=FOLDER, by both libraries, and compares the bits.
"""
import base64
import json
import os
import struct
import sys
import tempfile
from importlib.metadata import version

import kaldi_native_io as kni
import kaldiio
import numpy as np

random = np.random.default_rng(7)
folder = tempfile.mkdtemp()


def packed(path):
    with open(path, "rb") as file:
        return base64.b64encode(file.read()).decode()


def shown(array):
    """Shape, type, and the bytes of the numbers, little-endian."""
    array = np.ascontiguousarray(array)
    return {"shape": list(array.shape), "dtype": array.dtype.name, "base64": base64.b64encode(array.tobytes()).decode()}


def matrices():
    x = (random.standard_normal((11, 3)) * [1, 30, 0.01] + [0, 100, 5]).astype(np.float32)
    outlier = x.copy()
    outlier[3, 1] = 1e4
    return {"ten": x, "outlier": outlier, "short": x[:4], "constant": np.full((9, 2), 2.5, np.float32)}


def compressed():
    files = {}
    for name in ("kAutomaticMethod", "kSpeechFeature", "kTwoByteAuto", "kOneByteAuto"):
        path = f"{folder}/{name}.ark"
        with kni.CompressedMatrixWriter(f"ark:{path}") as writer:
            for key, x in matrices().items():
                writer.write(key, x, getattr(kni.CompressionMethod, name))
        with kni.SequentialFloatMatrixReader(f"ark:{path}") as reader:
            files[f"kaldi-native-io {name}"] = {"base64": packed(path), "arrays": {k: shown(v) for k, v in reader}}
    return files


def plain():
    x = matrices()["ten"]
    arrays = {
        "utt-1": x,
        "utt-2": x.astype(np.float64),
        "v32": x[0],
        "v64": x[1].astype(np.float64),
        "odd": np.array([np.nan, np.inf, -np.inf, -0.0], np.float32),
        "integers": np.array([1, -2, 2**31 - 1], np.int32),
    }
    files = {}
    path = f"{folder}/plain.ark"
    kaldiio.save_ark(path, arrays, scp=f"{folder}/plain.scp")
    files["kaldiio"] = {"base64": packed(path), "arrays": {k: shown(v) for k, v in kaldiio.load_ark(path)}}
    files["kaldiio"]["scp"] = open(f"{folder}/plain.scp").read().replace(path, "plain.ark")
    path = f"{folder}/text.ark"
    kaldiio.save_ark(path, {k: v for k, v in arrays.items() if k != "odd"}, text=True)
    files["kaldiio text"] = {"base64": packed(path), "arrays": {k: shown(v) for k, v in kaldiio.load_ark(path)}}
    path = f"{folder}/kni.txt"
    with kni.FloatMatrixWriter(f"ark,t:{path}") as writer:
        for key, value in matrices().items():
            writer.write(key, value)
    with kni.SequentialFloatMatrixReader(f"ark:{path}") as reader:
        files["kaldi-native-io text"] = {"base64": packed(path), "arrays": {k: shown(v) for k, v in reader}}
    return files


def ranges():
    """Rows and columns of an entry, as kaldiio reads them from a line of a script file."""
    x = matrices()["ten"]
    kaldiio.save_ark(f"{folder}/r.ark", {"a": x}, scp=f"{folder}/r.scp")
    place = open(f"{folder}/r.scp").read().split()[1]
    found = {}
    for text in ("[0:2]", "[3:10,1:2]", "[:,0:1]", "[2:2]"):
        found[text] = shown(kaldiio.load_mat(place + text))
    return {"base64": packed(f"{folder}/r.ark"), "ranges": found}


def htk_bytes(path):
    """The HTK files in an archive, each behind its key."""
    data = open(path, "rb").read()
    return data[data.index(b" ") + 1 :]


def htk():
    x = matrices()["ten"]
    files = {}
    header = kni.HtkHeader()
    header.num_samples, header.sample_period, header.sample_size, header.sample_kind = len(x), 100000, 12, 0o100 | 6
    path = f"{folder}/h.ark"
    with kni.HtkMatrixWriter(f"ark:{path}") as writer:
        writer.write("a", (x, header))
    whole = base64.b64encode(htk_bytes(path)).decode()
    files["kaldi-native-io"] = {"base64": whole, "array": shown(x), "kind": "MFCC_E", "step": 0.01}
    # Compressed as The HTK Book 5.10.1 has it; no library here writes it.
    low, high = x.min(0), x.max(0)
    scale = (2 * 32767 / (high - low)).astype(np.float32)
    offset = ((high + low) * 32767 / (high - low)).astype(np.float32)
    levels = np.round(x * scale - offset).astype(">i2")
    bytes_ = struct.pack(">iihH", len(x) + 4, 100000, 6, 0o2000 | 7) + scale.astype(">f4").tobytes()
    bytes_ += offset.astype(">f4").tobytes() + levels.tobytes()
    value = ((levels.astype(np.float64) + offset) / scale).astype(np.float32)
    files["compressed"] = {"base64": base64.b64encode(bytes_).decode(), "array": shown(value), "kind": "FBANK", "step": 0.01}
    return files


def compare(there):
    """Reads what TypeScript wrote, by both libraries."""
    wanted = json.load(open(f"{there}/wanted.json"))
    bits = lambda array: np.ascontiguousarray(array).tobytes().hex()
    for key, value in kaldiio.load_ark(f"{there}/out.ark"):
        assert [list(value.shape), value.dtype.name, bits(value)] == wanted[key], f"kaldiio {key}"
    os.chdir(there)
    for key, value in kaldiio.load_scp("out.scp").items():
        assert [list(value.shape), value.dtype.name, bits(value)] == wanted[key], f"kaldiio scp {key}"
    with kni.SequentialFloatMatrixReader("scp:matrices.scp") as reader:
        read = [(key, bits(value) == wanted[key][2]) for key, value in reader]
    assert len(read) > 0 and all(same for _, same in read)
    with kni.SequentialInt32VectorReader("ark:integers.ark") as reader:
        for key, value in reader:
            assert bits(np.array(value, np.int32)) == wanted[key][2]
    with kni.SequentialHtkMatrixReader("scp:htk.scp") as reader:
        for key, (value, header) in reader:
            assert bits(value) == wanted[key][2] and header.sample_period == 100000, f"HTK {key}"
    npz = np.load("out.npz")
    for key in npz.files:
        assert [list(npz[key].shape), npz[key].dtype.name, bits(npz[key])] == wanted[key], f"npz {key}"
    versions = ", ".join(f"{name} {version(name)}" for name in ("kaldiio", "kaldi-native-io", "numpy"))
    print(f"the same bits by {versions}: {len(wanted)} arrays, {len(npz.files)} of them in npz")


if __name__ == "__main__":
    if "--read" in sys.argv:
        compare(sys.argv[sys.argv.index("--read") + 1])
        sys.exit()
    versions = {name: version(name) for name in ("kaldiio", "kaldi-native-io", "numpy")}
    json.dump({"versions": versions, "archives": {**plain(), **compressed()}, "ranges": ranges(), "htk": htk()}, sys.stdout, indent=1)
    print()
