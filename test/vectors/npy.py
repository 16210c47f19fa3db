"""Files that NumPy writes, whole, with what is in them: `.npy` of every type of plain number, and `.npz`.

    python npy.py          rewrites npy.json beside this file (NumPy 2.5.5, Python 3.13)

Each file comes in base64. `arrays` are read: shape and the elements in row-major order, numbers as Python's float or int
prints them, so that 64-bit integers are exact. `refused` are valid files of kinds that have no typed array. The date of a
member of an archive is fixed, so that the same NumPy gives the same bytes.
"""

import base64
import io
import json
import time
import zipfile
from pathlib import Path

import numpy as np

FLOATS = [0.5, -1.25, 0.0, -0.0, 65504.0, 2.0**-24]


def saved(array, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version)
    return base64.b64encode(out.getvalue()).decode()


def entry(array, version=None):
    values = array.ravel(order="C").tolist()
    texts = [repr(float(v) if array.dtype.kind == "f" else int(v)) for v in values]
    return {"base64": saved(array, version), "dtype": str(array.dtype), "shape": list(array.shape), "values": texts}


def integers(code):
    info = np.iinfo(code)
    edge = 2**53 - 1
    return np.array([[max(info.min, -edge), 0, 1], [2, 100, min(info.max, edge)]], code)


arrays = {}
for order in "<>":
    for code in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"):
        arrays[order + code] = entry(integers(code).astype(order + code))
    for code in ("f2", "f4", "f8"):
        arrays[order + code] = entry(np.array(FLOATS, code).reshape(2, 3).astype(order + code))
arrays["bool"] = entry(np.array([True, False, True]))
arrays["not finite"] = entry(np.array([np.inf, -np.inf]))
arrays["a scalar"] = entry(np.array(3.5))
arrays["nothing"] = entry(np.zeros((0, 4), "f4"))
arrays["Fortran order"] = entry(np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)))
arrays["Fortran order, other byte order"] = entry(np.asfortranarray(np.arange(6).reshape(3, 2).astype(">i2")))
arrays["Fortran order, empty"] = entry(np.asfortranarray(np.zeros((3, 0, 2))))
arrays["32 dimensions"] = entry(np.arange(4.0).reshape([1] * 30 + [2, 2]))
arrays["version 2"] = entry(np.arange(3.0), (2, 0))
arrays["version 3"] = entry(np.arange(3.0), (3, 0))

refused = {
    "complex64": np.zeros(2, "c8"),
    "complex128": np.zeros(2, "c16"),
    "objects": np.array([None, "a"], object),
    "structured": np.zeros(2, [("time", "<f4"), ("label", "<i4")]),
    "structured with a name of its own": np.zeros(2, [("größe", "<f4"), ("shape", "<i4", (2,))]),
    "text": np.array(["joy", "anger"]),
    "bytes of text": np.array([b"joy"]),
    "dates": np.array(["2026-11-29"], "datetime64[D]"),
    "spans": np.array([1], "timedelta64[ns]"),
    "void": np.zeros(2, "V3"),
    "longdouble": np.zeros(2, np.longdouble),
    "33 dimensions": np.zeros([1] * 33),
    "beyond 2^53": np.array([1, 2**53]),
    "beyond 2^53, unsigned": np.array([2**64 - 1], "u8"),
}

time.localtime = lambda *_: time.struct_time((2026, 1, 1, 0, 0, 0, 3, 1, 0))
parts = {"x": np.arange(6.0).reshape(2, 3), "labels": np.array([2, 0, 1]), "grüße": np.arange(500) % 7, "f": np.asfortranarray(np.eye(2, 3))}


def archive(save, **arrays):
    out = io.BytesIO()
    save(out, **arrays)
    names = [info.filename for info in zipfile.ZipFile(out).infolist()]
    listed = {n: {"shape": list(a.shape), "values": a.ravel().tolist()} for n, a in arrays.items()}
    assert names == [f"{name}.npy" for name in listed]
    return {"base64": base64.b64encode(out.getvalue()).decode(), "arrays": listed}


vectors = {
    "numpy": np.__version__,
    "arrays": arrays,
    "refused": {name: saved(array) for name, array in refused.items()},
    "archives": {
        "stored": archive(np.savez, **parts),
        "deflated": archive(np.savez_compressed, **parts),
        "empty": archive(np.savez),
        "with objects": archive(np.savez, x=np.arange(2.0), names=np.array(["a", None], object)),
    },
}
Path(__file__).with_suffix(".json").write_text(json.dumps(vectors, indent=1, ensure_ascii=False) + "\n")
