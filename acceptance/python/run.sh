#!/bin/sh
# The official Python client against a running server: sh acceptance/python/run.sh URL [FILE...]
# Makes a virtual environment beside itself on first use. SELFSAME_TEST_PROFILE=scripted adds the tests that need that engine;
# CLIENTS=2024 takes requirements-2024.txt, in an environment of its own; OPENAI_VERSION lays another version of the client over it.
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
  # Versions before 1.56 need an httpx that takes `proxies`.
  [ -f "$PYTHONPATH/selfsame-installed" ] ||
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --upgrade --target "$PYTHONPATH" \
      "openai==$OPENAI_VERSION" 'httpx<0.28'
  touch "$PYTHONPATH/selfsame-installed"
fi
cd "$here"
exec "$environment/bin/python" -m pytest -q -p no:cacheprovider "${@:-.}"
