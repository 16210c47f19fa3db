#!/usr/bin/env bash
# audio-decode 3.12.0, AAC-LC in ADTS of up to 24 kHz: the sound comes at twice its rate.
#
# The header of every ADTS frame states the rate (ISO/IEC 13818-7, `sampling_frequency_index`), ffmpeg reads the files at that rate, and
# audio-decode gives WAV, FLAC, MP3 and Opus at theirs. Its AAC decoder, FAAD2, takes a low rate for half the rate of HE-AAC, whose mark an ADTS
# header cannot hold, and doubles it: speech at 16 kHz arrives as 32 kHz, and a front end set up for the file's rate refuses or mistakes it.
# A tone of 300 Hz, one second, encoded by the ffmpeg in PyAV.
#
# Output seen:
#   ffmpeg reads 16000 Hz; audio-decode gives 32000 Hz, a tone of 300 Hz
#   ffmpeg reads 22050 Hz; audio-decode gives 44100 Hz, a tone of 300 Hz
#   ffmpeg reads 44100 Hz; audio-decode gives 44100 Hz, a tone of 300 Hz
#
# Run by hand: findings/audio-decode-aac-rate.sh [PYTHON], which is python3.13 unless given; needs Node and npm. Ends with 1 where the
# behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${1:-python3.13}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==19.0.2 numpy==2.5.5
(cd "$folder" && npm init --yes >/dev/null && npm install --silent --no-audit --no-fund audio-decode@3.12.0)
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import av
import numpy as np

for rate in (16000, 22050, 44100):
    path = f"{sys.argv[1]}/{rate}.aac"
    with av.open(path, "w", format="adts") as container:
        stream = container.add_stream("aac", rate=rate, layout="mono")
        tone = (0.5 * np.sin(2 * np.pi * 300 * np.arange(rate) / rate)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(tone[None, :], format="fltp", layout="mono")
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    with av.open(path) as container:
        print(container.streams.audio[0].rate, file=open(f"{path}.rate", "w"))
PYTHON
cat >"$folder/decode.mjs" <<'NODE'
import { readFileSync } from 'node:fs'
import decode from 'audio-decode'

let same = true
for (const rate of [16000, 22050, 44100]) {
  const read = Number(readFileSync(`${rate}.aac.rate`, 'utf8'))
  const { channelData, sampleRate } = await decode(readFileSync(`${rate}.aac`))
  const middle = channelData[0].subarray(0.2 * sampleRate, 0.8 * sampleRate)
  let crossings = 0
  for (let n = 1; n < middle.length; n++) if (middle[n - 1] < 0 && middle[n] >= 0) crossings++
  const tone = Math.round((crossings / middle.length) * sampleRate / 10) * 10
  console.log(`ffmpeg reads ${read} Hz; audio-decode gives ${sampleRate} Hz, a tone of ${tone} Hz`)
  same &&= read === rate && sampleRate === (rate <= 24000 ? 2 * rate : rate) && tone === 300
}
process.exitCode = same ? 0 : 1
NODE
(cd "$folder" && node decode.mjs)
