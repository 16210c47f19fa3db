"""The table of who reads which sound file: docs/results/readers.md; `wav-files.py --table` runs it."""
import platform
import re
import subprocess

import numpy
import soundfile

COMMAND = "npm run build && .venv/bin/python test/vectors/wav-files.py --table"
STEP = 2.0**-15
NODE = """
import { readFileSync, writeFileSync } from 'node:fs'
import { readAudioFile } from '%s/dist/node.js'
for (const path of process.argv.slice(1)) {
  try {
    const { channels } = await readAudioFile(path)
    const out = new Float64Array(channels.length * channels[0].length)
    channels.forEach((samples, c) => samples.forEach((x, t) => { out[t * channels.length + c] = x }))
    writeFileSync(`${path}.ours`, new Uint8Array(out.buffer))
  } catch {}
}
"""


def compared(got, wanted):
    """yes, close, longer, shorter, noise, or no"""
    if got is None or got.size == 0 or got.shape[1] != wanted.shape[1]:
        return "no"
    n = min(len(got), len(wanted))
    error = numpy.abs(got[:n] - wanted[:n]).max()
    if error > 0.05:
        return "noise"
    if len(got) != len(wanted):
        return "longer" if len(got) > len(wanted) else "shorter"
    return "yes" if error <= STEP else "close"


def version(*command):
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.decode()
    return re.search(r"v?(\d+\.\d+(\.\d+)?)", out).group(1)


def rows_of(root, work, cases, readers):
    by_sox, by_ffmpeg, by_sndfile = readers
    paths, told = [], []
    for i, (form, encoding, ending, data, wanted) in enumerate(cases):
        path = work / f"row{i}.{ending}"
        path.write_bytes(data)
        paths.append(path)
        channels = wanted.shape[1]
        told.append((form, encoding, wanted, [by_sox(path, channels), by_ffmpeg(path, channels), by_sndfile(path)]))
    subprocess.run(["node", "--input-type=module", "-e", NODE % root, *map(str, paths)], check=True)
    for path, (form, encoding, wanted, got) in zip(paths, told):
        ours = path.with_name(path.name + ".ours")
        channels = wanted.shape[1]
        got.append(numpy.fromfile(ours).reshape(-1, channels) if ours.exists() else None)
        yield form, encoding, [compared(one, wanted) for one in got]


def write_table(root, work, cases, readers):
    lines = [
        "# Who reads which sound file",
        "",
        f"sox {version('sox', '--version')}, ffmpeg {version('ffmpeg', '-version')}, libsndfile {soundfile.__libsndfile_version__} "
        f"(python soundfile {soundfile.__version__}), ser-core's `readAudioFile` on Node {version('node', '--version')}. "
        f"Written by `{COMMAND}`.",
        "",
        "The files are made by these tools or byte by byte (`test/vectors/wav-files.py`). `yes`: the samples that were written, or what",
        "the coding leaves of them, to 2^-15; `close`: to 0.05; `longer`: with what fills the last block; `shorter`: ends early; `noise`:",
        "other samples; `no`: refused, or nothing read.",
        "",
        "| format | encoding | sox | ffmpeg | libsndfile | ser-core |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for form, encoding, words in rows_of(root, work, cases, readers):
        lines.append(f"| {form} | {encoding} | {' | '.join(words)} |")
    (root / "docs/results/readers.md").write_text("\n".join(lines) + "\n")
