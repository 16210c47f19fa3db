"""openSMILE's eGeMAPSv02, functionals and descriptors, on one thread: `python opensmile-egemaps.py FOLDER`.

With --wav, FOLDER has recordings, of all of which the functionals are taken once; needs soundfile. Prints their processor time.
"""

import json
import pathlib
import resource
import sys
import time

from peer import serve, skip

try:
    import opensmile
except ImportError as error:
    skip(error)

LEVELS = {"egemaps 88": "Functionals", "egemaps 25": "LowLevelDescriptors"}


def smile_of(kind):
    return opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel[LEVELS[kind]])


def over_voices(kind):
    def make(_, data):
        smile = smile_of(kind)
        return lambda: smile.process_signal(data["samples"], 16000)

    return make


def over_recordings(folder):
    import soundfile

    smile = smile_of("egemaps 88")
    clips = [soundfile.read(path, dtype="float32") for path in sorted(pathlib.Path(folder).glob("*.wav"))]
    smile.process_signal(*clips[0])
    before = time.process_time()
    for samples, rate in clips:
        smile.process_signal(samples, rate)
    seconds = time.process_time() - before
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(json.dumps({"version": opensmile.__version__, "seconds": seconds, "megabytes": megabytes}))


if sys.argv[1] == "--wav":
    over_recordings(sys.argv[2])
else:
    serve([f"opensmile {opensmile.__version__}"], {kind: over_voices(kind) for kind in LEVELS})
