"""Files of the safetensors format, byte by byte, and halves by the standard library.

    python safetensors.py          rewrites safetensors.json beside this file

The bytes are put together here from the published description of the format (eight bytes little-endian with the header's
length, the JSON header, the numbers), floats by `struct`, whose `e` is IEEE binary16; one file is written by the format's own
library (safetensors 0.8.0 on NumPy), which also reads the others but those with BF16, a type that NumPy lacks. Each
file comes in hexadecimal with the tensors and metadata that it holds; `halves` are pairs of a float64 and the bits of the
nearest half.
"""

import json
import math
import random
import struct
import sys
from pathlib import Path

import numpy as np

sys.path.pop(0)  # the name of this file is the library's
from safetensors.numpy import load, save

CODES = {"F64": "d", "F32": "f", "F16": "e", "I64": "q", "I32": "i", "I16": "h", "I8": "b", "U64": "Q", "U32": "I", "U16": "H", "U8": "B", "BOOL": "?"}


def packed(dtype, values):
    if dtype == "BF16":  # the upper half of a float32
        return b"".join(struct.pack("<f", value)[2:] for value in values)
    return b"".join(struct.pack("<" + CODES[dtype], value) for value in values)


def file(tensors, metadata=None, padding=0):
    header, body = {}, b""
    if metadata is not None:
        header["__metadata__"] = metadata
    for name, (dtype, shape, values) in tensors.items():
        data = packed(dtype, values)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header, ensure_ascii=False).encode() + b" " * padding
    return {
        "hex": (struct.pack("<Q", len(text)) + text + body).hex(),
        "metadata": metadata or {},
        "tensors": {name: {"dtype": t[0], "shape": t[1], "values": t[2]} for name, t in tensors.items()},
    }


FILES = {
    "empty": file({}),
    "metadata only": file({}, {"format": "pt", "name": "Käse 🧀"}, padding=3),
    "one matrix": file({"W": ("F32", [2, 3], [0.0, 1.5, -2.25, 3.0, 1e-3, -1e30])}),
    "scalars and emptiness": file({"scalar": ("F64", [], [math.pi]), "none": ("F32", [0, 7], []), "one": ("I32", [1], [-7])}),
    "every type": file(
        {
            "f64": ("F64", [2], [0.1, -1e300]),
            "i64": ("I64", [2], [2**40 + 1, -(2**62)]),
            "f32": ("F32", [2], [0.5, -0.0]),
            "i32": ("I32", [2], [2**31 - 1, -(2**31)]),
            "f16": ("F16", [5], [1.0, -2.5, 2**-24, 65504.0, 0.333251953125]),
            "bf16": ("BF16", [3], [1.0, -0.15625, 3.3895313892515355e38]),
            "i16": ("I16", [2], [32767, -32768]),
            "i8": ("I8", [2], [127, -128]),
            "u8": ("U8", [3], [0, 128, 255]),
            "bool": ("BOOL", [2], [True, False]),
        },
        {"a": "b"},
    ),
    "unsigned": file(
        {
            "u64": ("U64", [2], [2**53 - 1, 0]),
            "u32": ("U32", [2, 1], [2**32 - 1, 2**31]),
            "u16": ("U16", [3], [65535, 0, 32768]),
        },
    ),
}


NUMPY = {"F64": "f8", "F32": "f4", "F16": "f2", "I64": "i8", "I32": "i4", "I16": "i2", "I8": "i1", "U64": "u8", "U32": "u4", "U16": "u2", "U8": "u1", "BOOL": "?"}


def by_library(tensors, metadata):
    arrays = {name: np.array(values, NUMPY[dtype]).reshape(shape) for name, (dtype, shape, values) in tensors.items()}
    listed = {name: {"dtype": d, "shape": s, "values": v} for name, (d, s, v) in tensors.items()}
    return {"hex": save(arrays, metadata).hex(), "metadata": metadata or {}, "tensors": listed}


def check_by_library():
    for entry in FILES.values():
        if any(one["dtype"] == "BF16" for one in entry["tensors"].values()):
            continue
        found = load(bytes.fromhex(entry["hex"]))
        assert found.keys() == entry["tensors"].keys()
        for name, one in entry["tensors"].items():
            wanted = np.array(one["values"], NUMPY[one["dtype"]]).reshape(one["shape"])
            assert found[name].dtype == wanted.dtype and np.array_equal(found[name], wanted), name


check_by_library()
FILES["by the library"] = by_library(
    {
        "lstm.weights": ("F32", [2, 3], [0.5, -1.25, 3.0, 1e-3, -1e30, -0.0]),
        "counts": ("I64", [2], [2**40 + 1, -(2**62)]),
        "halves": ("F16", [2, 1, 2], [1.0, -2.5, 65504.0, 2**-24]),
        "scalar": ("F64", [], [math.pi]),
        "small": ("I16", [3], [32767, -32768, 0]),
        "bytes": ("U8", [3], [0, 128, 255]),
        "mask": ("BOOL", [3], [True, False, True]),
        "none": ("F32", [0, 7], []),
    },
    {"format": "np", "name": "Käse 🧀"},
)
FILES["unsigned, by the library"] = by_library(
    {"u16": ("U16", [2], [65535, 0]), "u32": ("U32", [1, 2], [2**32 - 1, 7]), "u64": ("U64", [1], [2**53 - 1])}, None
)
COMPLEX = save({"z": np.array([1 + 2j], "c8")}).hex()


def nearest_half(x):
    try:
        return struct.unpack("<H", struct.pack("<e", x))[0]
    except OverflowError:
        return 0x7C00 if x > 0 else 0xFC00


def halves():
    generator = random.Random(1)
    exact = [struct.unpack("<e", struct.pack("<H", bits))[0] for bits in (0, 1, 2, 1023, 1024, 1025, 15360, 31742, 31743)]
    between = [(a + b) / 2 for a, b in zip(exact[:-1], exact[1:])]
    ties = [1 + k * 2**-11 for k in range(1, 9)] + [(k + 0.5) * 2**-24 for k in range(8)]
    near = [math.nextafter(t, s) for t in ties for s in (0, 10)]
    edge = [65504.0, 65519.99999, 65520.0, 65535.0, 65536.0, 1e300, 2**-25, math.nextafter(2**-25, 1), 5e-324]
    drawn = [generator.choice([-1, 1]) * 2 ** generator.uniform(-27, 17) for _ in range(200)]
    return [[x, nearest_half(x)] for x in exact + between + ties + near + edge + [-x for x in edge] + drawn]


vectors = {"files": FILES, "complex": COMPLEX, "halves": halves()}
Path(__file__).with_suffix(".json").write_text(json.dumps(vectors, indent=1, ensure_ascii=False) + "\n")
