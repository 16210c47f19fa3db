"""librosa's MFCC (26 mel filters, frames of 512 points every 10 ms), yin and soxr on one thread: `python librosa-mfcc.py FOLDER`."""

from peer import serve, skip

try:
    import librosa
    import numpy as np
    import soxr
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


def yin(_, data):
    settings = {"fmin": 65, "fmax": 500, "sr": 16000, "frame_length": 640, "hop_length": 160}
    return lambda: librosa.yin(data["samples"], **settings)


def resample(size, data):
    return lambda: soxr.resample(data["samples"], size["from"], size["to"], quality="HQ")


serve(
    [f"librosa {librosa.__version__}, soxr {soxr.__version__}"],
    {"mfcc 13": mfcc(0), "mfcc 39": mfcc(2), "pitch": yin, "pitch of voices": yin, "resample": resample},
)
