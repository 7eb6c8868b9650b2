#!/bin/sh
# Runs the tests of the official Python client against a running server: sh acceptance/python/run.sh URL [FILE...]
# Creates a virtual environment beside this file. SELFSAME_TEST_PROFILE=scripted adds the tests of that engine.
# CLIENTS=2024 uses requirements-2024.txt in a separate environment; OPENAI_VERSION overrides the version of the client.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
SELFSAME_TEST_URL="${1:?usage: run.sh URL [FILE...]}"
export SELFSAME_TEST_URL
shift
requirements="$here/requirements${CLIENTS:+-$CLIENTS}.txt"
environment="$here/.venv${CLIENTS:+/$CLIENTS}"
if [ "$(cat "$environment/selfsame-installed" 2>/dev/null)" != "$(cat "$requirements")" ]; then
  python3 -m venv "$environment"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
  cp "$requirements" "$environment/selfsame-installed"
fi
if [ -n "${OPENAI_VERSION:-}" ]; then
  PYTHONPATH="$environment/openai-$OPENAI_VERSION"
  export PYTHONPATH
  # Versions before 1.56 need an httpx with the parameter `proxies`.
  [ -f "$PYTHONPATH/selfsame-installed" ] ||
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade --target "$PYTHONPATH" \
      "openai==$OPENAI_VERSION" 'httpx<0.28'
  touch "$PYTHONPATH/selfsame-installed"
fi
cd "$here"
exec "$environment/bin/python" -m pytest -q -p no:cacheprovider "${@:-.}"
