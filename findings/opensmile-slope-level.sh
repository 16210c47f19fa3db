#!/usr/bin/env bash
# opensmile 2.6.0, eGeMAPSv02, `slopeUV0-500` and `slopeUV500-1500`: slopes of the spectrum in dB/Hz that move with the gain.
#
# The paper (Eyben et al., "The Geneva minimalistic acoustic parameter set", 2016) has the "linear regression slope of the logarithmic power
# spectrum within the two given bands". A gain adds one number of dB to all levels, and the slope of a line does not change by that. Here
# white noise, 16 kHz, two seconds, well within full scale, is turned down by 6 and by 20 dB, and the slopes rise with each step: those
# of recordings at other levels cannot be compared.
#
# Output seen:
#   white noise of -20 dB: slopeUV0-500 0.0053, slopeUV500-1500 0.0011 dB/Hz
#   white noise of -26 dB: slopeUV0-500 0.0101, slopeUV500-1500 0.0044 dB/Hz
#   white noise of -40 dB: slopeUV0-500 0.0214, slopeUV500-1500 0.0120 dB/Hz
#
# Run by hand: findings/opensmile-slope-level.sh [PYTHON], which is python3.13 unless given. Ends with 1 where the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${1:-python3.13}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check opensmile==2.6.0 numpy==2.5.5
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import numpy as np
import opensmile

smile = opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.Functionals)
noise = np.random.default_rng(1).standard_normal(32000)
names = ["slopeUV0-500_sma3nz_amean", "slopeUV500-1500_sma3nz_amean"]
slopes = []
for gain in (0.1, 0.05, 0.01):
    row = smile.process_signal((gain * noise).astype(np.float32), 16000)
    slopes.append([float(row[name].iloc[0]) for name in names])
    first, second = slopes[-1]
    print(f"white noise of {20 * np.log10(gain):.0f} dB: slopeUV0-500 {first:.4f}, slopeUV500-1500 {second:.4f} dB/Hz")
rises = np.diff(slopes, axis=0)
sys.exit(0 if (rises > 0.002).all() else 1)
PYTHON
