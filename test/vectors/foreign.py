#!/usr/bin/env python3
"""Small databases and annotations by the tools themselves: audformat, lhotse, Praat (in parselmouth).

    python -m venv venv && venv/bin/pip install audformat==1.4.3 lhotse==1.33.0 praat-parselmouth==0.4.7 soundfile==0.14.0
    venv/bin/python test/vectors/foreign.py     rewrites test/vectors/foreign/

The sound files that they name are made by the tests. Label Studio's and ELAN's files in the tests follow their documentation, Audacity's and
nkululeko's their manuals: no program of theirs runs without a screen or a server.
"""
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

import audformat
import lhotse
import numpy as np
import pandas as pd
import parselmouth
import soundfile
from lhotse import MonoCut, Recording, RecordingSet, SupervisionSegment, SupervisionSet

here = Path(__file__).parent / "foreign"


def audformat_database(folder, storage):
    db = audformat.Database("small")
    db.schemes["emotion"] = audformat.Scheme(labels=["03", "NA", "anger", "joy", "True"])
    db.schemes["speaker"] = audformat.Scheme(labels={"1e5": {"gender": "female"}, "02": {"gender": "male"}})
    db.schemes["level"] = audformat.Scheme("float")
    files = ["wav/a.wav", "wav/b.wav", "wav/c.wav", "wav/d.wav"]
    db["files"] = audformat.Table(audformat.filewise_index(files))
    db["files"]["speaker"] = audformat.Column(scheme_id="speaker")
    db["files"]["speaker"].set(["1e5", "02", "1e5", "02"])
    index = audformat.segmented_index(
        ["wav/a.wav", "wav/a.wav", "wav/b.wav", "wav/c.wav", "wav/d.wav"], ["0s", "0.5s", "0.25s", "0s", "0s"], ["0.5s", "1.123456789s", pd.NaT, pd.NaT, pd.NaT]
    )
    db["parts"] = audformat.Table(index)
    db["parts"]["emotion"] = audformat.Column(scheme_id="emotion")
    db["parts"]["emotion"].set(["03", "NA", "anger", "True", None])
    db["parts"]["level"] = audformat.Column(scheme_id="level")
    db["parts"]["level"].set([0.1, 0.2, 0.3, 0.4, 0.5])
    db.save(str(folder), storage_format=storage)


def sound(path, channels=1, seconds=2.0):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    soundfile.write(path, np.zeros((int(8000 * seconds), channels), np.float32), 8000)


def lhotse_manifests(folder):
    folder.mkdir(parents=True, exist_ok=True)
    before = os.getcwd()
    os.chdir(tempfile.mkdtemp())
    sound("wav/mono.wav")
    sound("wav/stereo.wav", channels=2)
    recordings = [Recording.from_file(f"wav/{name}.wav", recording_id=name) for name in ("mono", "stereo")]
    supervisions = [
        SupervisionSegment("s1", "mono", 0.0, 2.0, 0, text="hello", speaker="03", gender="female", custom={"emotion": "joy"}),
        SupervisionSegment("s2", "stereo", 0.25, 0.5, 0, speaker="1e5", custom={"emotion": "NA"}),
        SupervisionSegment("s3", "stereo", 0.25, 0.5, 1, speaker="04", gender="m", custom={"emotion": "anger"}),
        SupervisionSegment("s4", "mono", 0.5, 0.5, 0, speaker="03"),
    ]
    RecordingSet.from_recordings(recordings).to_file(str(folder / "small_recordings.jsonl.gz"))
    SupervisionSet.from_segments(supervisions).to_file(str(folder / "small_supervisions.jsonl.gz"))
    cut = MonoCut("c1", 0.5, 1.0, 0, [SupervisionSegment("s5", "mono", -0.25, 0.75, 0, speaker="03", custom={"emotion": "joy"})], None, recordings[0])
    lhotse.CutSet.from_cuts([cut]).to_file(str(folder / "one_cuts.jsonl"))
    mixed = cut.pad(duration=3.0)
    lhotse.CutSet.from_cuts([mixed]).to_file(str(folder / "mixed_cuts.jsonl"))
    faster = recordings[0].perturb_speed(1.1)
    RecordingSet.from_recordings([faster]).to_file(str(folder / "faster_recordings.jsonl"))
    SupervisionSet.from_segments([SupervisionSegment("s6", faster.id, 0.0, 1.0, 0, custom={"emotion": "joy"})]).to_file(str(folder / "faster_supervisions.jsonl"))
    os.chdir(before)


def textgrids(folder):
    folder.mkdir(parents=True, exist_ok=True)
    call = parselmouth.praat.call
    grid = call("Create TextGrid", 0, 2, "emotion speaker points", "points")
    call(grid, "Insert boundary", 1, 0.5)
    call(grid, "Insert boundary", 1, 1.25)
    call(grid, "Set interval text", 1, 1, 'say "joy"')
    call(grid, "Set interval text", 1, 3, "anger")
    call(grid, "Insert boundary", 2, 1)
    call(grid, "Set interval text", 2, 1, "03")
    call(grid, "Set interval text", 2, 2, "04")
    call(grid, "Insert point", 3, 1, "click")
    call(grid, "Save as text file", str(folder / "long.TextGrid"))
    call(grid, "Save as short text file", str(folder / "short.TextGrid"))
    call(grid, "Save as binary file", str(folder / "binary.TextGrid"))
    call(grid, "Save as chronological text file", str(folder / "chronological.TextGrid"))
    call(grid, "Set interval text", 1, 1, "Ärger ☺")
    call(grid, "Save as text file", str(folder / "utf16.TextGrid"))


if __name__ == "__main__":
    shutil.rmtree(here, ignore_errors=True)
    audformat_database(here / "audformat-csv", "csv")
    audformat_database(here / "audformat-parquet", "parquet")
    lhotse_manifests(here / "lhotse")
    textgrids(here / "textgrid")
    tools = ("audformat", "lhotse", "praat-parselmouth")
    (here / "versions.txt").write_text("".join(f"{name} {version(name)}\n" for name in tools) + f"Praat {parselmouth.PRAAT_VERSION}\n")
