#!/usr/bin/env bash
# audformat 1.4.3: the label "NA" of a column of text is gone after a database is saved as CSV and loaded again; as Parquet it stays.
#
# A scheme of the type `str` takes any text, the table holds it, and `db.t.csv` has it, so that it is expected back. `Database.load` reads the CSV
# with pandas' list of words for missing values, of which NA, nan and the empty text become <NA>: recordings of such a class lose their label.
#
# Output seen:
#   csv: NA,nan,joy in the file; loaded [<NA>, <NA>, 'joy']
#   parquet: loaded ['NA', 'nan', 'joy']
#
# Run by hand: findings/audformat-csv-na.sh [PYTHON], which is python3.13 unless given. Ends with 1 where the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${1:-python3.13}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check audformat==1.4.3
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from pathlib import Path

import audformat

found = {}
for storage in ("csv", "parquet"):
    db = audformat.Database("labels")
    db.schemes["emotion"] = audformat.Scheme("str")
    db["t"] = audformat.Table(audformat.filewise_index(["1.wav", "2.wav", "3.wav"]))
    db["t"]["emotion"] = audformat.Column(scheme_id="emotion")
    db["t"]["emotion"].set(["NA", "nan", "joy"])
    place = Path(sys.argv[1]) / storage
    db.save(str(place), storage_format=storage)
    found[storage] = audformat.Database.load(str(place))["t"].df.emotion.tolist()
lines = (Path(sys.argv[1]) / "csv" / "db.t.csv").read_text().split()[1:]
print(f"csv: {','.join(line.split(',')[1] for line in lines)} in the file; loaded {found['csv']}")
print(f"parquet: loaded {found['parquet']}")
texts = [str(label) for label in found["csv"]]
sys.exit(0 if texts == ["<NA>", "<NA>", "joy"] and found["parquet"] == ["NA", "nan", "joy"] else 1)
PYTHON
