"""Prints how sox, soxr, ffmpeg and soundfile round lengths and samples and mix channels: what test/audio/conventions.test.ts has.

Needs sox and ffmpeg on the path, and `pip install numpy soundfile soxr`.
"""

import os
import subprocess
import tempfile

import numpy as np
import soundfile
import soxr

os.chdir(tempfile.mkdtemp())


def run(*command):
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def lengths(count):
    soundfile.write("in.wav", np.zeros(count, np.float32), 44100)
    run("sox", "in.wav", "-r", "16000", "sox.wav")
    run("ffmpeg", "-v", "error", "-y", "-i", "in.wav", "-ar", "16000", "ffmpeg.wav")
    made = len(soxr.resample(np.zeros(count, np.float32), 44100, 16000))
    return {"soxr": made, **{name: soundfile.info(f"{name}.wav").frames for name in ("sox", "ffmpeg")}}


def steps(x):
    soundfile.write("float.wav", np.float32([x / 32768]), 16000, subtype="FLOAT")
    soundfile.write("soundfile.wav", np.float32([x / 32768]), 16000, subtype="PCM_16")
    run("sox", "-D", "float.wav", "-b", "16", "-e", "signed-integer", "sox.wav")
    run("ffmpeg", "-v", "error", "-y", "-i", "float.wav", "-c:a", "pcm_s16le", "ffmpeg.wav")
    return {name: int(soundfile.read(f"{name}.wav", dtype="int16")[0][0]) for name in ("soundfile", "sox", "ffmpeg")}


def mono():
    soundfile.write("stereo.wav", np.full((1600, 2), 0.25, np.float32), 16000, subtype="FLOAT")
    run("sox", "stereo.wav", "-c", "1", "sox.wav")
    for codec in ("pcm_f32le", "pcm_s16le"):
        run("ffmpeg", "-v", "error", "-y", "-i", "stereo.wav", "-ac", "1", "-c:a", codec, f"{codec}.wav")
    return {name: float(soundfile.read(f"{name}.wav")[0][800]) for name in ("sox", "pcm_f32le", "pcm_s16le")}


print("44100 to 16000:", {count: lengths(count) for count in (1000, 1001, 12345, 44100, 44101)})
print("x / 32768 in 16 bits:", {x: steps(x) for x in (0.4, 0.6, 1.5, 2.5, -0.4, -0.6, -1.5)})
print("both channels 0.25:", mono())
print("soundfile", soundfile.__version__, soundfile.__libsndfile_version__, "soxr", soxr.__version__)
