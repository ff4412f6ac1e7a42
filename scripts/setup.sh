#!/bin/sh
# Finds a Python >= 3.11 that really runs (a pyenv shim may not) and hands over to scripts/setup.py.
# PROOFKEY_PYTHON names one outright. One that can make virtual environments by itself goes first.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
home=${HOME:-/nonexistent}

candidates() {
    [ -z "${PROOFKEY_PYTHON:-}" ] || printf '%s\n' "$PROOFKEY_PYTHON"
    printf '%s\n' python3 python3.14 python3.13 python3.12 python3.11 python
    for place in /opt/homebrew/bin/python3 /usr/local/bin/python3 /usr/bin/python3 \
        /opt/homebrew/bin/python3.1[1-9] /usr/local/bin/python3.1[1-9] /usr/bin/python3.1[1-9] \
        /Library/Frameworks/Python.framework/Versions/3.1[1-9]/bin/python3 \
        "$home"/.pyenv/versions/3.1[1-9]*/bin/python3 "$home"/.local/bin/python3.1[1-9]; do
        [ ! -x "$place" ] || printf '%s\n' "$place"
    done
}

first_that_runs() { # $1: statements that must succeed
    candidates | while IFS= read -r python; do
        if "$python" -c "import sys; assert sys.version_info >= (3, 11); $1" </dev/null >/dev/null 2>&1; then
            printf '%s\n' "$python"
            break
        fi
    done
}

python=$(first_that_runs "import ensurepip, venv")
[ -n "$python" ] || python=$(first_that_runs "import venv")
if [ -z "$python" ]; then
    echo "proofkey needs Python 3.11 or newer, and none was found here." >&2
    echo "  Debian, Ubuntu:  apt-get install python3 python3-venv" >&2
    echo "  macOS:           brew install python" >&2
    echo "  elsewhere:       PROOFKEY_PYTHON=/path/to/python3 make test" >&2
    exit 1
fi
cd "$root"
exec "$python" -m scripts.setup "$@"
