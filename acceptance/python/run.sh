#!/bin/sh
# The official Python client against a running server: sh acceptance/python/run.sh URL [FILE...]
# Makes a virtual environment beside itself on first use. SELFSAME_TEST_PROFILE=scripted adds the tests that need that engine;
# CLIENTS=2024 takes requirements-2024.txt, and OPENAI_VERSION another version of the client: each in an environment of its own.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
SELFSAME_TEST_URL="${1:?usage: run.sh URL [FILE...]}"
export SELFSAME_TEST_URL
shift
requirements="$here/requirements${CLIENTS:+-$CLIENTS}.txt"
environment="$here/.venv${CLIENTS:+/$CLIENTS}${OPENAI_VERSION:+/$OPENAI_VERSION}"
wanted="$(cat "$requirements") ${OPENAI_VERSION:-}"
if [ "$(cat "$environment/selfsame-installed" 2>/dev/null)" != "$wanted" ]; then
  python3 -m venv "$environment"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
  [ -z "${OPENAI_VERSION:-}" ] ||
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check "openai==$OPENAI_VERSION"
  printf '%s' "$wanted" >"$environment/selfsame-installed"
fi
cd "$here"
exec "$environment/bin/python" -m pytest -q -p no:cacheprovider "${@:-.}"
