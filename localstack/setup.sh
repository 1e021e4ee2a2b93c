#!/usr/bin/env bash
# Creates the three pinned Python venvs and cargo-nextest under .local/; a second run without changes does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

NEXTEST_VERSION=0.9.143
home="${MUSTER_TOOLS:-.local}" # folder of the tools; continuous integration sets it to its cache
mkdir -p "$home"
started=$SECONDS
say() { printf '[%4ds] %s\n' $((SECONDS - started)) "$*"; }

python=""
for candidate in python3.13 python3.12 python3.11 python3.10 python3; do
    # The base Python of the candidate, because make's PATH begins with a venv that may be replaced below.
    python="$("$candidate" -c 'import sys, venv, ensurepip; sys.exit(1) if sys.version_info < (3, 10) else print(sys.base_prefix + "/bin/python3")' 2>/dev/null)" && break
done
[ -n "$python" ] || { echo "Python 3.10 or newer with the module venv is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }

venv() { # name, requirements file: creates the venv again if the file, the Python version or the folder has changed
    local dir="$home/venv-$1" stamp
    stamp="$(cat "$2" <("$python" --version) <(cd "$home" && pwd) | sha256sum | cut -d' ' -f1)"
    [ "$(cat "$dir/.stamp" 2>/dev/null)" = "$stamp" ] && return
    say "venv-$1: installing $(grep -c '==' "$2") pinned packages (30 seconds)"
    rm -rf "$dir"
    "$python" -m venv "$dir"
    "$dir/bin/pip" install --quiet --disable-pip-version-check -r "$2"
    echo "$stamp" >"$dir/.stamp"
    say "venv-$1 is ready"
}

venv cloud localstack/requirements-cloud.txt &
cloud=$!
venv api tests/api/requirements.txt &
api=$!
venv tools localstack/requirements-tools.txt
wait "$cloud"
wait "$api"

if ! cargo nextest --version >/dev/null 2>&1 && ! [ -x "$home/bin/cargo-nextest" ]; then
    say "compiling cargo-nextest $NEXTEST_VERSION (some minutes, once)"
    cargo install --quiet --locked --root "$home" "cargo-nextest@$NEXTEST_VERSION"
fi
say "the tools are ready"
