#!/bin/sh
# Measures the steps of a new user: a clone in an empty home, `npm ci`, `npm start` until ready, a chat, a stream.
# Usage: sh acceptance/fresh-start.sh [REPOSITORY]   (default: the last commit of the repository of this file)
# FRESH_START_TIMEOUT_S (900) limits the wait for the model; KEEP=1 keeps the folder. Exits with 1 if a step fails.
set -eu
repository="${1:-$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)}"
folder=$(mktemp -d)
port="${FRESH_START_PORT:-18642}"
url="http://127.0.0.1:$port"
server=''

now() { date +%s.%N; }
since() { awk "BEGIN { printf \"%.1f s\", $(now) - $1 }"; }
say() { printf '%-28s %s\n' "$1" "$2"; }
finish() {
  status=$?
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  [ -z "$server" ] || wait "$server" 2>/dev/null || true
  [ "$status" -eq 0 ] || { echo '--- output of npm start'; cat "$folder/start.log" 2>/dev/null || true; }
  [ -n "${KEEP:-}" ] || rm -rf "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# npm's settings in the home folder name the registry; the empty home keeps it.
registry=$(npm config get registry)
mkdir "$folder/home"
export HOME="$folder/home" npm_config_registry="$registry"
unset npm_config_cache SELFSAME_DATA_DIR SELFSAME_MODELS SELFSAME_SCRIPTED SELFSAME_PULL 2>/dev/null || true

began=$(now)
git clone --quiet "$repository" "$folder/clone"
cd "$folder/clone"
say 'git clone' "$(since "$began")"

step=$(now)
npm ci --no-progress --loglevel=error
say 'npm ci' "$(since "$step"), $(du -sm node_modules | cut -f1) MB in node_modules"

step=$(now)
SELFSAME_PORT="$port" npm start >"$folder/start.log" 2>&1 &
server=$!
# npm forwards the signal to the program.
wait_for() {
  path=$1
  deadline=$(($(date +%s) + ${FRESH_START_TIMEOUT_S:-900}))
  until curl -sf -o /dev/null "$url$path"; do
    kill -0 "$server" 2>/dev/null || { echo 'npm start has ended' >&2; exit 1; }
    [ "$(date +%s)" -lt "$deadline" ] || { echo "$path is not ready in time: $(curl -s "$url/readyz")" >&2; exit 1; }
    sleep 0.1
  done
}
wait_for /healthz
say 'npm start to listening' "$(since "$step")"
wait_for /readyz
say 'npm start to ready' "$(since "$step") (the pull of the model included)"

ask() {
  curl -sS --fail-with-body "$url/v1/chat/completions" -H 'Content-Type: application/json' \
    -d "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": \"What is the capital of France?\"}], \"temperature\": 0, \"max_tokens\": 40$1}"
}
step=$(now)
answer=$(ask '')
say 'first answer' "$(since "$step") (loading included): $answer"
step=$(now)
answer=$(ask '')
say 'second answer' "$(since "$step")"
step=$(now)
ask ', "stream": true' | tail -n 2 | grep -q '^data: \[DONE\]' || { echo 'the stream has no [DONE]' >&2; exit 1; }
say 'a stream' "$(since "$step")"
say 'total' "$(since "$began")"
