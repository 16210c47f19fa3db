#!/usr/bin/env bash
# libsndfile 1.2.2 (in soundfile 0.14.0), WAV of IMA ADPCM with two channels: the `fact` chunk states half of the frames.
#
# `fact` holds "the length of the data in samples" of one channel (Microsoft, "New multimedia data types and data techniques", 1994); readers use it
# to cut what the last block has in excess. libsndfile itself reads the file whole, because it does not look at what it wrote, and for one channel
# the chunk states all of them (with the excess); so one expects to trust it. A reader that does loses the second half of every stereo recording.
#
# Output seen:
#   1 channel of 22050 frames: `fact` states 22374 of 22374 that the blocks hold
#   2 channels of 22050 frames: `fact` states 11225 of 22451 that the blocks hold
#
# Run by hand: findings/libsndfile-ima-fact.sh [PYTHON], which is python3.13 unless given. Ends with 1 where the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${1:-python3.13}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check soundfile==0.14.0 numpy==2.5.5
cd "$folder" && venv/bin/python - <<'PYTHON'
import struct
import sys

import numpy as np
import soundfile


def chunks(data):
    """The chunks of a WAV file by their names."""
    found, at = {}, 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        found[name] = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    return found


same = soundfile.__libsndfile_version__ == "1.2.2"
for channels in (1, 2):
    soundfile.write("sound.wav", np.zeros((22050, channels)), 22050, subtype="IMA_ADPCM")
    parts = chunks(open("sound.wav", "rb").read())
    block = struct.unpack("<H", parts[b"fmt "][12:14])[0]
    per_block = struct.unpack("<H", parts[b"fmt "][18:20])[0]
    held = len(parts[b"data"]) // block * per_block
    stated = struct.unpack("<I", parts[b"fact"])[0]
    print(f"{channels} channel{'s' * (channels - 1)} of 22050 frames: `fact` states {stated} of {held} that the blocks hold")
    same = same and soundfile.info("sound.wav").frames == held and stated == held // channels
sys.exit(0 if same else 1)
PYTHON
