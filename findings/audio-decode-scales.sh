#!/usr/bin/env bash
# audio-decode 3.12.0: one sound, the same integers of 16 bits, has other samples from FLAC than from WAV, and in WAV the two signs differ.
#
# FLAC is lossless, so that both files hold the same integers, and a comparison of features from the two is expected to give no difference.
# libsndfile and ffmpeg divide both by 32768. audio-decode divides FLAC by 32767, so that its lowest integer lies below -1, where code that checks
# for [-1, 1) refuses it; in WAV it divides what is negative by 32768 and what is positive by 32767, so that 16384 and -16384 are no opposites.
#
# Output seen:
#   integer   wav           flac
#   -32768  -1.000000000  -1.000030518
#   -16384  -0.500000000  -0.500015259
#    16384   0.500015259   0.500015259
#    32767   1.000000000   1.000000000
#
# Run by hand: findings/audio-decode-scales.sh [PYTHON], which is python3.13 unless given; needs Node and npm. Ends with 1 where the
# behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${1:-python3.13}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check soundfile==0.14.0 numpy==2.5.5
(cd "$folder" && npm init --yes >/dev/null && npm install --silent --no-audit --no-fund audio-decode@3.12.0)
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import numpy as np
import soundfile

samples = np.resize(np.array([-32768, -16384, 16384, 32767], np.int16), 8000)
for kind in ("wav", "flac"):
    soundfile.write(f"{sys.argv[1]}/sound.{kind}", samples, 16000, subtype="PCM_16")
    back, _ = soundfile.read(f"{sys.argv[1]}/sound.{kind}", dtype="int16")
    assert np.array_equal(back, samples)
PYTHON
cat >"$folder/decode.mjs" <<'NODE'
import { readFileSync } from 'node:fs'
import decode from 'audio-decode'

const [wav, flac] = await Promise.all(['sound.wav', 'sound.flac'].map(async (name) => (await decode(readFileSync(name))).channelData[0]))
console.log('integer   wav           flac')
let same = true
for (const [n, integer] of [-32768, -16384, 16384, 32767].entries()) {
  const [a, b] = [wav[n], flac[n]].map((value) => value.toFixed(9).padStart(12))
  console.log(`${String(integer).padStart(6)}  ${a}  ${b}`)
  same &&= wav[n] === Math.fround(integer / (integer < 0 ? 32768 : 32767)) && flac[n] === Math.fround(integer / 32767)
}
process.exitCode = same ? 0 : 1
NODE
(cd "$folder" && node decode.mjs)
