"""What every peer in Python does: it is given a folder with cases.json and their inputs, and prints a report as JSON.

One thread: the environment is set by bench/peers/run.mjs. Processor times, as in bench/side.mjs.
"""

import json
import math
import pathlib
import sys
import time


def run_for(run, budget_s, most):
    times = []
    begin = now = time.process_time()
    while not times or (now - begin < budget_s and len(times) < most):
        run()
        end = time.process_time()
        times.append(1000 * (end - now))
        now = end
    return times


def measure(run, warm_up_s=0.3, budget_s=1.0, most=50):
    run_for(run, warm_up_s, math.inf)
    return run_for(run, budget_s, most)


def serve(versions, makers):
    """`makers[kind](size, data)` gives the function to be timed, for the kinds of cases that the peer has."""
    import numpy as np

    folder = pathlib.Path(sys.argv[1])
    times = {}
    for case in json.loads((folder / "cases.json").read_text()):
        if case["kind"] not in makers:
            continue
        data = {name: np.load(folder / x["file"]).reshape(x["shape"]) for name, x in case["inputs"].items()}
        times[case["title"]] = measure(makers[case["kind"]](case["size"], data))
    print(json.dumps({"versions": versions, "times": times}))


def skip(reason):
    """Reports that this peer cannot be measured."""
    print(json.dumps({"skipped": str(reason)}))
    sys.exit()
