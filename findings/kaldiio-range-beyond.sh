#!/usr/bin/env bash
# kaldiio 2.18.1: rows of a script file that the matrix does not have are left out without a word; Kaldi's own code refuses them.
#
# `key file:offset[0:9]` names ten rows, both ends included. A matrix of four has no such rows: a script file that does not belong to its
# archive. Kaldi (in kaldi-native-io 1.23.0) warns of up to three rows too many and ends with an error beyond; kaldiio cuts, down to no row.
#
# Output seen:
#   [0:3] of 4 rows: kaldiio 4 rows, Kaldi 4 rows
#   [0:9] of 4 rows: kaldiio 4 rows, Kaldi an error
#   [8:9] of 4 rows: kaldiio 0 rows, Kaldi an error
#
# Run by hand: findings/kaldiio-range-beyond.sh [PYTHON], which is python3.13 unless given. Ends with 1 where the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${1:-python3.13}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check kaldiio==2.18.1 kaldi-native-io==1.23.0 numpy==2.2.6
"$folder/venv/bin/python" - "$folder" 2>/dev/null <<'PYTHON'
import os
import sys

import kaldi_native_io
import kaldiio
import numpy as np

os.chdir(sys.argv[1])
kaldiio.save_ark("a.ark", {"a": np.zeros((4, 3), np.float32)}, scp="a.scp")
place = open("a.scp").read().split()[1]
found = []
for rows in ("[0:3]", "[0:9]", "[8:9]"):
    read = len(kaldiio.load_mat(place + rows))
    with open("rows.scp", "w") as file:
        file.write(f"a {place}{rows}\n")
    try:
        with kaldi_native_io.RandomAccessFloatMatrixReader("scp:rows.scp") as reader:
            kaldi = f"{len(reader['a'])} rows"
    except RuntimeError:
        kaldi = "an error"
    found.append((read, kaldi))
    print(f"{rows} of 4 rows: kaldiio {read} rows, Kaldi {kaldi}")
sys.exit(0 if found == [(4, "4 rows"), (4, "an error"), (0, "an error")] else 1)
PYTHON
