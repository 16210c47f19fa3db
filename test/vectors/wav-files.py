"""Sound files of real tools, and what the tools read from them: test/vectors/wav-files.json; --table: docs/results/readers.md.

    python -m venv .venv && .venv/bin/pip install numpy==2.3.5 soundfile==0.14.0     # and sox, ffmpeg (Debian)
    .venv/bin/python test/vectors/wav-files.py
    npm run build && .venv/bin/python test/vectors/wav-files.py --table

The expected samples are those of libsndfile (soundfile), of ffmpeg where libsndfile has none: float32 in
base64, one array a channel. GSM and MPEG, which ser-core refuses, have none.
"""
import base64
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy
import soundfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RATE = 16000
FRAMES = 100
WORK = pathlib.Path(tempfile.mkdtemp())


def signal(channels):
    t = numpy.arange(FRAMES)
    left = 0.6 * numpy.sin(2 * numpy.pi * 440 * t / RATE) * numpy.sin(numpy.pi * t / FRAMES)
    return numpy.stack([left, 0.25 - left / 2][:channels], axis=1)


def run(*command, given=None):
    done = subprocess.run(command, input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout if done.returncode == 0 else None


def source(channels=1):
    path = WORK / f"source{channels}.wav"
    if not path.exists():
        soundfile.write(path, signal(channels), RATE, subtype="PCM_16")
    return str(path)


def sox(name, *options, channels=1):
    run("sox", "-D", source(channels), *options, str(WORK / name))
    return (WORK / name).read_bytes()


def sox_pipe(kind, *options):
    raw = ("-t", "raw", "-r", str(RATE), "-b", "16", "-e", "signed", "-c", "1")
    return run("sox", "-D", *raw, "-", *options, "-t", kind, "-", given=samples("<i2", 32768))


def ffmpeg(name, *options, channels=1):
    run("ffmpeg", "-v", "error", "-y", "-i", source(channels), "-bitexact", *options, str(WORK / name))
    return (WORK / name).read_bytes()


def ffmpeg_pipe(kind):
    return run("ffmpeg", "-v", "error", "-i", source(), "-bitexact", "-f", kind, "-")


def sndfile(name, form, subtype, endian="FILE", channels=1):
    soundfile.write(WORK / name, signal(channels), RATE, format=form, subtype=subtype, endian=endian)
    return (WORK / name).read_bytes()


def chunk(name, body, size=None):
    return name + struct.pack("<I", len(body) if size is None else size) + body + b"\0" * (len(body) % 2)


def riff(tag, channels, bits, align, body, size=None):
    fmt = struct.pack("<HHIIHH", tag, channels, RATE, RATE * align, align, bits)
    inner = b"WAVE" + chunk(b"fmt ", fmt) + chunk(b"data", body, size)
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


def samples(dtype, scale, channels=1):
    return (signal(channels) * scale).astype(dtype).tobytes()


def mulaw():
    return run("sox", "-D", source(), "-t", "ul", "-")


def alaw():
    return run("sox", "-D", source(), "-t", "al", "-")


def cases():
    """name of the format, of the encoding, the ending, the bytes"""
    s16 = samples("<i2", 32768)
    stereo = samples("<i2", 32768, 2)
    id3 = b"ID3\x04\0\0\0\0\0\x10" + b"\0" * 16
    for bits in (8, 16, 24, 32):
        yield "WAV", f"PCM, {bits} bits", "wav", sox("a.wav", "-b", str(bits), "-e", "unsigned" if bits == 8 else "signed")
    yield "WAV", "PCM, 64 bits", "wav", riff(1, 1, 64, 8, samples("<i8", 2.0**62))
    yield "WAV", "float, 32 bits", "wav", sndfile("b.wav", "WAV", "FLOAT")
    yield "WAV", "float, 64 bits", "wav", sndfile("c.wav", "WAV", "DOUBLE")
    yield "WAV", "A-law", "wav", sox("d.wav", "-e", "a-law")
    yield "WAV", "mu-law", "wav", sox("e.wav", "-e", "mu-law")
    for bits in (0, 16):
        yield "WAV", f"mu-law, {bits} bits stated", "wav", riff(7, 1, bits, 1, mulaw())
        yield "WAV", f"A-law, {bits} bits stated", "wav", riff(6, 1, bits, 2, alaw())
    for channels, aligns, body in ((1, (0, 1, 3, 4, 16), s16), (2, (2, 8, 32), stereo)):
        for align in aligns:
            yield "WAV", f"PCM, 16 bits, {channels} channel(s), frames of {align} stated", "wav", riff(1, channels, 16, align, body)
    yield "WAV", "PCM, 8 bits, frames of 2 stated", "wav", riff(1, 1, 8, 2, (signal(1) * 127 + 128).astype("u1").tobytes())
    yield "WAV", "float, 32 bits, frames of 8 stated", "wav", riff(3, 1, 32, 8, samples("<f4", 1))
    yield "WAV", "PCM, 24 bits in 4 bytes", "wav", riff(1, 1, 24, 4, samples("<i4", 2.0**31))
    for size in (0, 0xFFFFFFFF, 0x7FFFF000, 0x7FFFFFD3, 0x80000000, 0xFFFFFFF0):
        yield "WAV", f"PCM, 16 bits, data of 0x{size:X} stated", "wav", riff(1, 1, 16, 2, s16, size)
    yield "WAV", "PCM, 24 bits, sox into a pipe", "wav", sox_pipe("wav", "-b", "24", "-c", "2")
    yield "WAV", "PCM, 16 bits, ffmpeg into a pipe", "wav", ffmpeg_pipe("wav")
    yield "WAV", "PCM, 16 bits, ID3v2 in front", "wav", id3 + riff(1, 1, 16, 2, s16)
    for channels in (1, 2):
        yield "WAV", f"IMA ADPCM by sox, {channels} channel(s)", "wav", sox("f.wav", "-e", "ima-adpcm", channels=channels)
        yield "WAV", f"IMA ADPCM by ffmpeg, {channels} channel(s)", "wav", ffmpeg("g.wav", "-c:a", "adpcm_ima_wav", channels=channels)
        yield "WAV", f"Microsoft ADPCM by sox, {channels} channel(s)", "wav", sox("h.wav", "-e", "ms-adpcm", channels=channels)
        yield "WAV", f"Microsoft ADPCM by ffmpeg, {channels} channel(s)", "wav", ffmpeg("i.wav", "-c:a", "adpcm_ms", channels=channels)
        yield "WAV", f"IMA ADPCM by libsndfile, {channels} channel(s)", "wav", sndfile("af.wav", "WAV", "IMA_ADPCM", channels=channels)
    yield "WAV", "GSM 06.10", "wav", sox("j.wav", "-e", "gsm-full-rate")
    yield "WAV", "MPEG Layer 3", "wav", ffmpeg("k.wav", "-c:a", "libmp3lame")
    yield "RIFX", "PCM, 16 bits", "wav", sndfile("l.wav", "WAV", "PCM_16", "BIG", 2)
    yield "RIFX", "float, 32 bits", "wav", sndfile("m.wav", "WAV", "FLOAT", "BIG")
    yield "RF64", "PCM, 16 bits", "wav", sndfile("n.wav", "RF64", "PCM_16")
    yield "Wave64", "PCM, 16 bits, libsndfile", "w64", sndfile("o.w64", "W64", "PCM_16", channels=2)
    yield "Wave64", "PCM, 24 bits, ffmpeg", "w64", ffmpeg("p.w64", "-c:a", "pcm_s24le", channels=2)
    yield "Wave64", "float, 32 bits", "w64", sndfile("q.w64", "W64", "FLOAT")
    yield "Wave64", "IMA ADPCM", "w64", sndfile("r.w64", "W64", "IMA_ADPCM")
    yield "Wave64", "Microsoft ADPCM", "w64", sndfile("s.w64", "W64", "MS_ADPCM")
    yield "Wave64", "MPEG Layer 3", "w64", ffmpeg("ag.w64", "-c:a", "libmp3lame")
    yield "Wave64", "ffmpeg into a pipe", "w64", ffmpeg_pipe("w64")
    for bits in (8, 16, 24, 32):
        yield "AIFF", f"PCM, {bits} bits", "aiff", sox("t.aiff", "-b", str(bits), channels=2)
    yield "AIFF", "PCM, 16 bits, sox into a pipe", "aiff", sox_pipe("aiff")
    yield "AIFF", "PCM, 16 bits, ffmpeg into a pipe", "aiff", ffmpeg_pipe("aiff")
    yield "AIFF", "PCM, 16 bits, named .wav", "wav", sox("u.aiff", "-b", "16")
    yield "AIFF-C", "PCM, 16 bits, `NONE`", "aifc", sox("v.aifc", "-b", "16")
    yield "AIFF-C", "PCM, 16 bits, `sowt`", "aifc", ffmpeg("w.aifc", "-c:a", "pcm_s16le", channels=2)
    yield "AIFF-C", "PCM, 24 bits, `in24`", "aifc", ffmpeg("x.aifc", "-c:a", "pcm_s24be")
    yield "AIFF-C", "unsigned bytes, `raw `", "aifc", sndfile("y.aifc", "AIFF", "PCM_U8")
    yield "AIFF-C", "float, 32 bits", "aifc", sndfile("z.aifc", "AIFF", "FLOAT")
    yield "AIFF-C", "float, 64 bits", "aifc", sndfile("aa.aifc", "AIFF", "DOUBLE")
    yield "AIFF-C", "A-law", "aifc", sndfile("ab.aifc", "AIFF", "ALAW")
    yield "AIFF-C", "mu-law", "aifc", sndfile("ac.aifc", "AIFF", "ULAW")
    yield "AIFF-C", "IMA ADPCM, `ima4`", "aifc", sndfile("ad.aifc", "AIFF", "IMA_ADPCM", channels=2)
    yield "AIFF-C", "GSM 06.10", "aifc", sndfile("ae.aifc", "AIFF", "GSM610")


def by_sndfile(path):
    try:
        return soundfile.read(path, always_2d=True, dtype="float64")[0]
    except Exception:
        return None


def by_ffmpeg(path, channels):
    out = run("ffmpeg", "-v", "error", "-i", str(path), "-f", "f64le", "-")
    return None if out is None else numpy.frombuffer(out, "<f8").reshape(-1, channels)


def by_sox(path, channels):
    out = run("sox", str(path), "-t", "f64", "-e", "float", "-")
    return None if out is None else numpy.frombuffer(out, "<f8").reshape(-1, channels)


def channels_of(path):
    told = run("ffprobe", "-v", "error", "-show_entries", "stream=channels", "-of", "csv=p=0", str(path))
    return int(told.decode().strip() or 1)


def expected(form, encoding, data, path):
    """What the file holds, and who says so."""
    if encoding == "PCM, 24 bits in 4 bytes":
        return signal(1), "the samples written"
    wanted, reader = by_sndfile(path), "libsndfile"
    if wanted is None or len(wanted) == 0:
        wanted, reader = by_ffmpeg(path, channels_of(path)), "ffmpeg"
    if form == "WAV" and "ADPCM" in encoding and "libsndfile" not in encoding:
        # libsndfile fills no block, and states half the length of two channels. What fills the last block is no sound: `fact` holds the true length, which the three tools pass over.
        length = struct.unpack_from("<I", data, data.find(b"fact") + 8)[0]
        return wanted[:length], "libsndfile, as many as `fact` states"
    return wanted, reader


def described():
    for form, encoding, ending, data in cases():
        path = WORK / f"case.{ending}"
        path.write_bytes(data)
        yield (form, encoding, ending, data, *expected(form, encoding, data, path))


def coded():
    """Compressed files, under their names and as `.wav`: what ffmpeg reads is expected."""
    names = {"flac": "FLAC", "mp3": "MP3", "ogg": "Ogg Vorbis", "m4a": "M4A (AAC)", "webm": "WebM (Opus)"}
    for kind, name in names.items():
        data = (ROOT / f"test/vectors/audio/tone.{kind}").read_bytes()
        for ending in (kind, "wav"):
            path = WORK / f"coded.{ending}"
            path.write_bytes(data)
            yield name, f"named .{ending}", ending, data, by_ffmpeg(path, 1)


def vectors():
    out = []
    for form, encoding, _, data, wanted, reader in described():
        case = {"name": f"{form}: {encoding}", "reader": reader, "bytes": base64.b64encode(data).decode(), "channels": None}
        if "GSM" not in encoding and "MPEG" not in encoding:
            case["channels"] = [base64.b64encode(column.astype("<f4").tobytes()).decode() for column in wanted.T]
        out.append(case)
    lines = ",\n".join(json.dumps(case) for case in out)
    (ROOT / "test/vectors/wav-files.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    if "--table" in sys.argv:
        from readers import write_table

        rows = [case[:5] for case in described()] + list(coded())
        write_table(ROOT, WORK, rows, (by_sox, by_ffmpeg, by_sndfile))
    else:
        vectors()
