"""Reference values of McNemar's exact test by scipy.stats.binomtest.

    python mcnemar.py          rewrites mcnemar.json beside this file

Needs SciPy. Each row: the two counts of answers that one classifier alone got right, and the two-sided p.
"""

import json
from pathlib import Path

import scipy
from scipy.stats import binomtest

PAIRS = [
    (0, 1), (1, 0), (0, 5), (0, 6), (1, 8), (2, 3), (3, 12), (10, 11), (10, 20), (20, 10), (21, 34), (37, 51),
    (100, 101), (100, 150), (500, 600), (0, 1000), (200, 900), (1000, 1100), (5000, 5200), (49000, 50000),
    (499000, 501000),
]


def main():
    cases = [[a, b, float(f"{binomtest(a, a + b, 0.5).pvalue:.12g}")] for a, b in PAIRS]
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"scipy": scipy.__version__, "cases": cases}) + "\n")
    print(path.name, len(cases), "cases")


if __name__ == "__main__":
    main()
