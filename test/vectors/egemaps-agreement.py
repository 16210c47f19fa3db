"""openSMILE's eGeMAPSv02 of the sounds that scripts/egemaps-agreement.mjs writes: run that, not this.

    python egemaps-agreement.py FOLDER

Python with opensmile 2.6.0. FOLDER/jobs.json holds [{rate, samples, out}, ...]; `samples` names a file of 16-bit samples, little-endian;
`out`.functionals and `out`.frames become files of float64, row after row. Versions go to FOLDER/results.json.
"""

import importlib.metadata
import json
import platform
import sys
import warnings
from pathlib import Path

import numpy as np
import opensmile

LEVELS = {"functionals": "Functionals", "frames": "LowLevelDescriptors"}
smiles = {
    name: opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel[level]) for name, level in LEVELS.items()
}
folder = Path(sys.argv[1])
warnings.simplefilter("ignore")
for job in json.loads((folder / "jobs.json").read_text()):
    samples = np.fromfile(folder / job["samples"], dtype="<i2").astype(np.float32) / 32768
    for name, smile in smiles.items():
        smile.process_signal(samples, job["rate"]).to_numpy(dtype="<f8").tofile(folder / f"{job['out']}.{name}")
versions = {name: importlib.metadata.version(name) for name in ("opensmile", "numpy")}
(folder / "results.json").write_text(json.dumps({**versions, "Python": platform.python_version()}))
