"""HDF5 files of h5py: those that are read, with their numbers and texts, and one of each feature that is refused.

    python hdf5.py          rewrites hdf5.json beside this file

Versions are recorded in the JSON; a file stands in it as gzip in base64. Only the first elements of long arrays are written down.
"""

import base64
import gzip
import json
import os
import tempfile
from pathlib import Path

import h5py
import numpy as np

folder = tempfile.mkdtemp()


def packed(write, **options):
    path = os.path.join(folder, "file.h5")
    with h5py.File(path, "w", **options) as file:
        write(file)
    with open(path, "rb") as file:
        return base64.b64encode(gzip.compress(file.read(), 9, mtime=0)).decode()


def everything(file):
    random = np.random.default_rng(1)
    for kind in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"):
        values = random.normal(0, 40, (2, 3)) if kind[0] == "f" else random.integers(0, 100, (2, 3))
        file[f"numbers/{kind}"] = values.astype(f"<{kind}")
    file["scalar"] = np.float32(1.5)
    file["empty"] = np.zeros((0, 4), "<f4")
    file["text"] = "déjà vu"
    file["texts"] = ["one", "two", ""]
    file["fixed"] = np.array([b"ab", b"cde"])
    file["again"] = file["scalar"]
    group = file.create_group("texts of attributes")
    group.attrs["one"] = "κείμενο"
    group.attrs["list"] = ["a", "bc", "", "d" * 300]
    group.attrs["fixed"] = [b"lstm", b"lstm_10"]
    group.attrs["none"] = []
    group.attrs["number"] = 3
    group.attrs["long"] = "x" * 100_000
    for k in range(40):
        group.attrs[f"more{k}"] = f"value {k}"


def crowd(file):
    for k in range(700):
        file[f"layers/dense_{k}"] = np.full(2, k, "<f4")


def chunks(file):
    file.create_dataset("x", data=np.zeros((8, 8), "f4"), chunks=(4, 4))


def zipped(file):
    file.create_dataset("x", data=np.zeros((8, 8), "f4"), compression="gzip")


def plain(file):
    file["x"] = np.zeros(3, "f4")


def compact(file):
    space, create = h5py.h5s.create_simple((3,)), h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    create.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(file.id, b"x", h5py.h5t.IEEE_F32LE, space, create).write(h5py.h5s.ALL, h5py.h5s.ALL, np.zeros(3, "f4"))


def elsewhere(file):
    file.create_dataset("x", shape=(3,), dtype="f4", external=[("other.bin", 0, 12)])


def put(value, **options):
    return lambda file: file.create_dataset("x", data=value, **options)


def named_type(file):
    file["kind"] = np.dtype("<f4")
    file.create_dataset("x", data=np.zeros(3, "f4"), dtype=file["kind"])


def sequence(file):
    x = file.create_dataset("x", (2,), dtype=h5py.vlen_dtype("i4"))
    x[0] = [1, 2]


def soft(file):
    file["y"] = np.zeros(3, "f4")
    file["x"] = h5py.SoftLink("/y")


refused = {
    "chunks": packed(chunks),
    "gzip": packed(zipped),
    "compact": packed(compact),
    "other file": packed(elsewhere),
    "never written": packed(lambda file: file.create_dataset("x", shape=(3,), dtype="f4")),
    "latest": packed(plain, libver="latest"),
    "v108": packed(plain, libver=("v108", "v108")),
    "user block": packed(plain, userblock_size=512),
    "order": packed(plain, track_order=True),
    "big-endian": packed(put(np.zeros(3, ">f4"))),
    "bool": packed(put(np.array([True, False]))),
    "complex": packed(put(np.zeros(3, "c8"))),
    "opaque": packed(put(np.zeros(3, "V2"))),
    "reference": packed(lambda file: file.create_dataset("x", data=np.array([file.ref], dtype=h5py.ref_dtype))),
    "sequence": packed(sequence),
    "long double": packed(put(np.zeros(3, np.longdouble))),
    "named type": packed(named_type),
    "soft link": packed(soft),
}

out = {
    "versions": {"h5py": h5py.__version__, "hdf5": h5py.version.hdf5_version},
    "everything": packed(everything),
    "crowd": packed(crowd),
    "refused": refused,
}
with h5py.File(os.path.join(folder, "again.h5"), "w") as file:
    everything(file)
    out["numbers"] = {name: data[()].astype("f8").ravel().tolist() for name, data in file["numbers"].items()}
Path(__file__).with_suffix(".json").write_text(f"{json.dumps(out)}\n")
