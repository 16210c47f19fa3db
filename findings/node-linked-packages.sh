#!/usr/bin/env bash
# Node 20.20.2, fs.fstatSync and import(): once a program has asked for the status of a pipe, such as stderr of `program 2>&1 | less`, the next
# import() of a linked package (as pnpm and workspaces install all of them) takes the path of the link for its own, so that the package no longer
# finds what lies beside its real folder. With stderr in a file, or on Node 24, the same program works.
#
# The ES module loader is documented to follow links (--preserve-symlinks is off), and a status read before has nothing to do with it; but
# realpathSync looks at the numbers that the last status left, and stops where they are those of a pipe. `{ bigint: true }` leaves others.
#
# Output seen:
#   Node v20.20.2, ndarray 1.1.1 linked, after fstatSync(2), stderr is a file: imported
#   Node v20.20.2, ndarray 1.1.1 linked, after fstatSync(2), stderr is a pipe: Cannot find module 'iota-array'
#   Node v20.20.2, ndarray 1.1.1 linked, after fstatSync(2, { bigint: true }), stderr is a pipe: imported
#   Node v24.21.0, ndarray 1.1.1 linked, after fstatSync(2), stderr is a pipe: imported
#
# Run by hand: findings/node-linked-packages.sh. Ends with 1 where the behaviour has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir store project
(cd store && npm init --yes >/dev/null && npm install --silent --no-audit --no-fund ndarray@1.1.1)
for version in 20.20.2 24.21.0; do
  mkdir "$version" && (cd "$version" && npm init --yes >/dev/null && npm install --silent --no-audit --no-fund "node@$version")
done
mkdir project/node_modules && ln -s "$folder/store/node_modules/ndarray" project/node_modules/ndarray
cat >project/program.mjs <<'JS'
import { fstatSync } from 'node:fs'
const bigint = process.argv[2] === 'bigint'
fstatSync(2, { bigint })
const told = await import('ndarray').then(() => 'imported', (error) => error.message.split('\n')[0])
const how = bigint ? 'fstatSync(2, { bigint: true })' : 'fstatSync(2)'
process.stdout.write(`Node ${process.version}, ndarray 1.1.1 linked, after ${how}, stderr is a ${process.argv[3]}: ${told}\n`)
process.exit(0)
JS
# Two imports may fail at once, of which the second ends the process: the first line counts.
run() {
  local node="$folder/$1/node_modules/.bin/node"
  cd project
  if [ "$3" = pipe ]; then { "$node" program.mjs "$2" pipe 2>&1 >&3 | cat >/dev/null; } 3>&1 || true
  else "$node" program.mjs "$2" file 2>file; fi
  cd ..
}
{ run 20.20.2 number file; run 20.20.2 number pipe; run 20.20.2 bigint pipe; run 24.21.0 number pipe; } | tee seen
cat >expected <<'TEXT'
Node v20.20.2, ndarray 1.1.1 linked, after fstatSync(2), stderr is a file: imported
Node v20.20.2, ndarray 1.1.1 linked, after fstatSync(2), stderr is a pipe: Cannot find module 'iota-array'
Node v20.20.2, ndarray 1.1.1 linked, after fstatSync(2, { bigint: true }), stderr is a pipe: imported
Node v24.21.0, ndarray 1.1.1 linked, after fstatSync(2), stderr is a pipe: imported
TEXT
diff expected seen
