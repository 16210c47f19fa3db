"""librosa's MFCC, 26 mel filters, frames of 512 points every 10 ms, on one thread: `python librosa-mfcc.py FOLDER`."""

from peer import serve, skip

try:
    import librosa
    import numpy as np
except ImportError as error:
    skip(error)

SETTINGS = {"sr": 16000, "n_mfcc": 13, "n_fft": 512, "win_length": 400, "hop_length": 160, "n_mels": 26}


def mfcc(deltas):
    def make(_, data):
        def run():
            static = librosa.feature.mfcc(y=data["samples"], **SETTINGS)
            orders = range(1, deltas + 1)
            return np.concatenate([static, *(librosa.feature.delta(static, order=n) for n in orders)])

        return run

    return make


serve([f"librosa {librosa.__version__}"], {"mfcc 13": mfcc(0), "mfcc 39": mfcc(2)})
