#!/usr/bin/env bash
# Deno 2.9.6: the kernel for Jupyter says now and then that it is idle before it sends the result of the cell.
#
# Jupyter's protocol lets a client take "idle" for the end of a cell's output; nbclient and nbconvert do, so that notebooks that
# they run lose results at random, on busy machines more often. Messages name the cell that they answer: who sorts by that loses none.
#
# Output seen, on a busy machine (the number varies):
#   31 of 1000 results after the kernel was idle
#
# Run by hand: findings/deno-kernel-order.sh [PYTHON], which is python3.13 unless given. Ends with 1 where all results came in time.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${1:-python3.13}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check jupyter_client==8.10.0
(cd "$folder" && npm init --yes > /dev/null && npm install --silent --no-audit deno@2.9.6 > /dev/null)
mkdir -p "$folder/jupyter/kernels/deno"
cat > "$folder/jupyter/kernels/deno/kernel.json" <<JSON
{ "argv": ["$folder/node_modules/.bin/deno", "jupyter", "--kernel", "--conn", "{connection_file}"], "display_name": "Deno", "language": "typescript" }
JSON
cd "$folder"
JUPYTER_PATH="$folder/jupyter" "$folder/venv/bin/python" - <<'PYTHON'
import sys

from jupyter_client.manager import KernelManager

CELLS = 1000
manager = KernelManager(kernel_name="deno")
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=60)
idle, late, results = set(), 0, 0
for i in range(CELLS):
    cell = client.execute(f"[{i}]")
    while cell not in idle:
        message = client.get_iopub_msg(timeout=60)
        parent = message["parent_header"].get("msg_id")
        if message["msg_type"] == "execute_result":
            results += 1
            late += parent in idle
        elif message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            idle.add(parent)
client.stop_channels()
manager.shutdown_kernel(now=True)
print(f"{late} of {CELLS} results after the kernel was idle")
sys.exit(0 if late > 0 else 1)
PYTHON
