#!/bin/sh
# The official Python client against a running server: sh acceptance/python/run.sh URL
# Makes a virtual environment beside itself on first use. SELFSAME_TEST_PROFILE=scripted adds the tests that need that engine;
# OPENAI_VERSION runs another version of the client, in an environment of its own.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
SELFSAME_TEST_URL="${1:?usage: run.sh URL}"
export SELFSAME_TEST_URL
environment="$here/.venv${OPENAI_VERSION:+/$OPENAI_VERSION}"
wanted="$(cat "$here/requirements.txt") ${OPENAI_VERSION:-}"
if [ "$(cat "$environment/selfsame-installed" 2>/dev/null)" != "$wanted" ]; then
  python3 -m venv "$environment"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  [ -z "${OPENAI_VERSION:-}" ] ||
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check "openai==$OPENAI_VERSION"
  printf '%s' "$wanted" >"$environment/selfsame-installed"
fi
exec "$environment/bin/python" -m pytest -q -p no:cacheprovider "$here"
