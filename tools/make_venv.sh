#!/bin/sh
# Make .venv with a Python of 3.11 or newer; say what to install when it cannot.
set -eu
python=$1
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    for newer in python3.14 python3.13 python3.12 python3.11; do
        if command -v "$newer" >/dev/null 2>&1; then python=$newer; break; fi
    done
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or newer is needed. Set PYTHON=/path/to/python3." >&2
    exit 1
fi
if "$python" -m venv .venv 2>/dev/null; then exit 0; fi
rm -rf .venv
# Debian and Ubuntu keep the venv module in a package of its own.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
    "$python" -m venv .venv
else
    echo "Python cannot make virtual environments here." >&2
    echo "Please run: sudo apt-get install python3-venv" >&2
    exit 1
fi
