#!/usr/bin/env bash
# audformat 1.4.3: one segment stands in two tables of a database as two texts, once both are saved as CSV.
#
# Two tables that both have the segment from 0 to 2 s of a file are expected to name it by the same text, so that readers without pandas can join
# them. pandas chooses the form of a column by its other rows: where one has a fraction of a second, all have six decimals and a time of day.
# audformat itself reads both as the same time; a reader of the files has to compare times, not text.
#
# Output seen:
#   who:     a.wav,0 days 00:00:00.000000,0 days 00:00:02.000000,01
#   emotion: a.wav,0 days,0 days 00:00:02,joy
#   same index when loaded: True
#
# Run by hand: findings/audformat-csv-times.sh [PYTHON], which is python3.13 unless given. Ends with 1 where the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${1:-python3.13}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check audformat==1.4.3
"$folder/venv/bin/python" - "$folder/db" <<'PYTHON'
import sys
from pathlib import Path

import audformat

place = Path(sys.argv[1])
db = audformat.Database("times")
tables = {
    "who": (["a.wav", "b.wav"], ["0s", "1.5s"], ["2s", "2.5s"], ["01", "02"]),
    "emotion": (["a.wav"], ["0s"], ["2s"], ["joy"]),
}
for name, (files, starts, ends, values) in tables.items():
    db.schemes[name] = audformat.Scheme("str")
    db[name] = audformat.Table(audformat.segmented_index(files, starts, ends))
    db[name][name] = audformat.Column(scheme_id=name)
    db[name][name].set(values)
db.save(str(place), storage_format="csv")
lines = {name: (place / f"db.{name}.csv").read_text().split("\n")[1] for name in tables}
print(f"who:     {lines['who']}\nemotion: {lines['emotion']}")
loaded = audformat.Database.load(str(place))
same = loaded["who"].index[0] == loaded["emotion"].index[0]
print(f"same index when loaded: {same}")
texts = [line.rsplit(",", 1)[0] for line in lines.values()]
sys.exit(0 if same and texts[0] != texts[1] else 1)
PYTHON
