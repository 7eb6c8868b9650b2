"""Batches through the official Python client: upload, create, poll, download, match by custom_id."""

import json
import os
import time

import openai
import pytest

client = openai.OpenAI(
    base_url=os.environ["SELFSAME_TEST_URL"].rstrip("/").removesuffix("/v1") + "/v1",
    api_key=os.environ.get("SELFSAME_TEST_API_KEY", "any"),
    max_retries=0,
)
MODEL = os.environ.get("SELFSAME_TEST_MODEL_ID", "gpt-4o-mini")
SCRIPTED = os.environ.get("SELFSAME_TEST_PROFILE") == "scripted"
LINES = 1000 if SCRIPTED else 8
LONGEST_S = 120


def line(i, **body):
    body = {"model": MODEL, "messages": [{"role": "user", "content": f"line {i}"}], "max_tokens": 8, **body}
    return json.dumps({"custom_id": f"line-{i}", "method": "POST", "url": "/v1/chat/completions", "body": body})


def run(lines, **more):
    file = client.files.create(file=("in.jsonl", "\n".join(lines).encode()), purpose="batch")
    batch = client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", **more
    )
    end = time.monotonic() + LONGEST_S
    while batch.status not in ("completed", "failed", "expired", "cancelled") and time.monotonic() < end:
        time.sleep(0.05)
        batch = client.batches.retrieve(batch.id)
    return batch


def read(file_id):
    lines = [json.loads(each) for each in client.files.content(file_id).text.splitlines()]
    found = {each["custom_id"]: each for each in lines}
    assert len(found) == len(lines)
    return found


def test_good_and_bad_lines_are_matched_by_custom_id():
    bad = range(7, LINES, 10)
    batch = run([line(i, temperature=9) if i in bad else line(i) for i in range(LINES)], metadata={"a": "b"})
    assert batch.status == "completed" and batch.metadata == {"a": "b"}
    assert (batch.request_counts.total, batch.request_counts.failed) == (LINES, len(bad))
    assert batch.request_counts.completed == LINES - len(bad)
    output, errors = read(batch.output_file_id), read(batch.error_file_id)
    assert len(output) + len(errors) == LINES
    for i in range(LINES):
        if i in bad:
            response = errors[f"line-{i}"]["response"]
            assert (response["status_code"], response["body"]["error"]["param"]) == (400, "temperature")
        else:
            answer = openai.types.chat.ChatCompletion.model_validate(output[f"line-{i}"]["response"]["body"])
            assert not SCRIPTED or answer.choices[0].message.content == f"line {i}"


def test_faulty_input_is_told_by_line():
    batch = run([line(0), line(1), line(0)])
    assert batch.status == "failed"
    assert [(each.line, each.code) for each in batch.errors.data] == [(3, "duplicate_custom_id")]


def test_list_and_cancel():
    ids = [each.id for each in client.batches.list(limit=1)]
    assert len(ids) >= 2 and ids == sorted(set(ids), reverse=True)
    with pytest.raises(openai.BadRequestError) as refused:
        client.batches.cancel(ids[0])
    assert refused.value.code == "batch_not_cancellable"
