#!/usr/bin/env bash
# opensmile 2.6.0, eGeMAPSv02, `logRelF0-H1-H2_sma3nz`: the difference of the levels of harmonics 2 and 3.
#
# The paper (Eyben et al., "The Geneva minimalistic acoustic parameter set", 2016) has "H1-H2, ratio of energy of the first F0 harmonic (H1)
# to the energy of the second F0 harmonic (H2)", which is how the name is read in voice science. The value does not change when the first
# harmonic does; it follows the second and third. Tones of 200, 400, 600 and 800 Hz at a moderate level, one second, 16 kHz.
#
# Output seen:
#   amplitudes (0.3, 0.1, 0.1, 0.05): H1-H2 9.54 dB, H2-H3 0.00 dB, openSMILE 0.01 dB at F0 200.7 Hz
#   amplitudes (0.1, 0.1, 0.1, 0.05): H1-H2 0.00 dB, H2-H3 0.00 dB, openSMILE 0.01 dB at F0 200.8 Hz
#   amplitudes (0.1, 0.2, 0.1, 0.05): H1-H2 -6.02 dB, H2-H3 6.02 dB, openSMILE 6.04 dB at F0 200.9 Hz
#
# Run by hand: findings/opensmile-h1-h2.sh [PYTHON], which is python3.13 unless given. Ends with 1 where the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${1:-python3.13}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check opensmile==2.6.0 numpy==2.5.5
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import numpy as np
import opensmile

smile = opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.LowLevelDescriptors)
time = np.arange(16000) / 16000
same = True
for amplitudes in ((0.3, 0.1, 0.1, 0.05), (0.1, 0.1, 0.1, 0.05), (0.1, 0.2, 0.1, 0.05)):
    tone = sum(a * np.sin(2 * np.pi * 200 * (h + 1) * time + h) for h, a in enumerate(amplitudes))
    frames = smile.process_signal(tone.astype(np.float32), 16000)
    found = frames["logRelF0-H1-H2_sma3nz"].median()
    f0 = 27.5 * 2 ** (frames["F0semitoneFrom27.5Hz_sma3nz"].median() / 12)
    first, second = (20 * np.log10(amplitudes[h] / amplitudes[h + 1]) for h in (0, 1))
    print(f"amplitudes {amplitudes}: H1-H2 {first:.2f} dB, H2-H3 {second:.2f} dB, openSMILE {found:.2f} dB at F0 {f0:.1f} Hz")
    same = same and abs(found - second) < 0.1
sys.exit(0 if same else 1)
PYTHON
