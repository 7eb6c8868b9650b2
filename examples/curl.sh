#!/bin/sh
# The API with curl only: lists the models, then one answer and one stream. Usage: sh examples/curl.sh "Say hello."
set -eu
url="${OPENAI_BASE_URL:-http://localhost:8642/v1}"
key="${OPENAI_API_KEY:-none-needed-on-this-machine}"
# Quotes and backslashes in the question would end the JSON string: put a backslash before each.
question=$(printf '%s' "${1:-Say hello in one short sentence.}" | sed 's/[\\"]/\\&/g')
body="\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": \"$question\"}]"

curl -sS --fail-with-body "$url/models" -H "Authorization: Bearer $key"
echo

curl -sS --fail-with-body "$url/chat/completions" -H "Authorization: Bearer $key" \
  -H 'Content-Type: application/json' -d "{$body}"
echo

curl -sS --fail-with-body --no-buffer "$url/chat/completions" -H "Authorization: Bearer $key" \
  -H 'Content-Type: application/json' -d "{$body, \"stream\": true}"
