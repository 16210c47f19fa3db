"""Prints what Praat, pympi and srt read in the files of test/vectors/annotations, which test/corpora/annotations writes:

    pip install praat-parselmouth==0.4.7 pympi-ling==1.71 srt==3.5.3
    python test/vectors/annotations.py > test/vectors/annotations.json
"""

import json
from pathlib import Path

import parselmouth
import pympi
import srt
from parselmouth.praat import call

folder = Path(__file__).parent / "annotations"

grid = parselmouth.Data.read(str(folder / "hard.TextGrid"))
praat = {}
for tier in range(1, call(grid, "Get number of tiers") + 1):
    marks = []
    for i in range(1, call(grid, "Get number of intervals", tier) + 1):
        text = call(grid, "Get label of interval", tier, i)
        if text:
            start = call(grid, "Get start time of interval", tier, i)
            marks.append([start, call(grid, "Get end time of interval", tier, i), text])
    praat[call(grid, "Get tier name", tier)] = marks

elan = pympi.Elan.Eaf(str(folder / "hard.eaf"))
tiers = {
    name: sorted([start / 1000, end / 1000, text] for start, end, text, *_ in elan.get_annotation_data_for_tier(name))
    for name in elan.get_tier_names()
}

subtitles = srt.parse((folder / "hard.srt").read_text(encoding="utf-8"))
shown = [[one.start.total_seconds(), one.end.total_seconds(), one.content] for one in subtitles]

print(json.dumps({"praat": praat, "pympi": tiers, "srt": shown}, indent=1, ensure_ascii=False))
