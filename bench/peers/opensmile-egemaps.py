"""Processor time of openSMILE's eGeMAPSv02 functionals over a folder of WAV files: `python opensmile-egemaps.py FOLDER`."""

import json
import pathlib
import resource
import sys
import time

import opensmile
import soundfile

smile = opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.Functionals)
clips = [soundfile.read(path, dtype="float32") for path in sorted(pathlib.Path(sys.argv[1]).glob("*.wav"))]
smile.process_signal(*clips[0])
before = time.process_time()
for samples, rate in clips:
    smile.process_signal(samples, rate)
seconds = time.process_time() - before
megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
print(json.dumps({"version": opensmile.__version__, "seconds": seconds, "megabytes": megabytes}))
