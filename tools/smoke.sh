#!/usr/bin/env bash
# Clones the checkout into an empty folder, runs `npm start` there as a newcomer would, waits for
# /readyz, looks at the first page, and stops it: it must end cleanly.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT
git clone -q "$root" "$work/cordon"
cd "$work/cordon"
export CORDON_DATA_DIR="$work/data" CORDON_SERVER__PORT=${SMOKE_PORT:-17117}
node tools/bootstrap.mjs start >"$work/out" 2>&1 &
pid=$!
for _ in $(seq 1 240); do
  if curl -fsS "http://127.0.0.1:$CORDON_SERVER__PORT/readyz" >/dev/null 2>&1; then ready=1; break; fi
  kill -0 "$pid" 2>/dev/null || break
  sleep 1
done
cat "$work/out"
[ "${ready:-0}" = 1 ] || { echo "smoke: /readyz never answered"; exit 1; }
curl -fsS "http://127.0.0.1:$CORDON_SERVER__PORT/" | grep -qi '<div id="root"' || { echo "smoke: the console is not served"; exit 1; }
grep -q 'setup?token=' "$work/out" || { echo "smoke: no set-up link was printed"; exit 1; }
kill -TERM "$pid"
wait "$pid" || { echo "smoke: did not stop cleanly"; cat "$work/out"; exit 1; }
echo "smoke: started, answered /readyz, served the console, stopped cleanly"
