"""Checks the ONNX files in the folders of a folder and runs them on the arrays beside them; prints the outputs as JSON.

Called by scripts/onnx.mjs.
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

options = onnxruntime.SessionOptions()
options.log_severity_level = 3
results = []
folders = sorted(Path(sys.argv[1]).iterdir(), key=lambda folder: int(folder.name))
for folder in folders:
    path = str(folder / "model.onnx")
    onnx.checker.check_model(path, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(onnx.load(path), check_type=True, strict_mode=True, data_prop=True)
    known = {value.name for value in [*inferred.graph.value_info, *inferred.graph.output]}
    unknown = [name for node in inferred.graph.node for name in node.output if name and name not in known]
    assert not unknown, f"{path}: no shape of {unknown}"
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    shapes = json.loads((folder / "shapes.json").read_text())
    feeds = {name: np.load(folder / f"{name}.npy").reshape(shape) for name, shape in shapes.items()}
    if "lengths" in feeds:
        feeds["lengths"] = feeds["lengths"].astype(np.int32)
    names = [value.name for value in session.get_outputs()]
    outputs = session.run(names, feeds)
    results.append({name: {"data": y.ravel().tolist(), "dims": list(y.shape)} for name, y in zip(names, outputs)})
versions = {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}
print(json.dumps({"versions": versions, "results": results}))
