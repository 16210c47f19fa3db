"""Reference words of xoshiro128++, in Python's integers of any size, written from the definition.

    python xoshiro.py          rewrites xoshiro.json beside this file

One step of the state s0..s3 of 32 bits (Blackman & Vigna 2021, "Scrambled linear pseudorandom number generators"):

    word = rotl(s0 + s3, 7) + s0
    t = s1 << 9;  s2 ^= s0;  s3 ^= s1;  s1 ^= s2;  s0 ^= s3;  s2 ^= t;  s3 = rotl(s3, 11)
"""

import json
from pathlib import Path

MASK = 2**32 - 1
STATES = [[1, 2, 3, 4], [0, 0, 0, 0x80000000], [0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF], [0x9E3779B9, 7, 0, 0xDEADBEEF]]
COUNT = 50


def rotl(x, k):
    return ((x << k) | (x >> (32 - k))) & MASK


def words(state):
    s0, s1, s2, s3 = state
    out = []
    for _ in range(COUNT):
        out.append((rotl((s0 + s3) & MASK, 7) + s0) & MASK)
        t = (s1 << 9) & MASK
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        s3 = rotl(s3, 11)
    return out


def main():
    cases = [{"state": state, "words": words(state)} for state in STATES]
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"about": "written by xoshiro.py", "cases": cases}, separators=(",", ":")) + "\n")
    print(path.name, len(cases), "cases;", cases[0]["words"][:9])


if __name__ == "__main__":
    main()
