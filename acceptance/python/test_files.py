"""Files, uploads and stored completions through the official Python client."""

import io
import os
import uuid

import openai
import pytest

client = openai.OpenAI(
    base_url=os.environ["SELFSAME_TEST_URL"].rstrip("/").removesuffix("/v1") + "/v1",
    api_key=os.environ.get("SELFSAME_TEST_API_KEY", "any"),
    max_retries=0,
)
MODEL = os.environ.get("SELFSAME_TEST_MODEL_ID", "gpt-4o-mini")


def test_file_is_kept_until_deleted(tmp_path):
    data = os.urandom(300_000)
    path = tmp_path / "data ü.bin"
    path.write_bytes(data)
    with path.open("rb") as source:
        made = client.files.create(file=source, purpose="user_data")
    assert (made.bytes, made.filename, made.purpose) == (len(data), "data ü.bin", "user_data")
    assert client.files.retrieve(made.id) == made
    assert client.files.content(made.id).read() == data
    assert client.files.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(made.id)


def test_time_to_live_is_sent_as_nested_fields():
    made = client.files.create(
        file=("a.txt", b"short"),
        purpose="assistants",
        extra_body={"expires_after": {"anchor": "created_at", "seconds": 3600}},
    )
    assert made.expires_at - made.created_at == 3600
    client.files.delete(made.id)


def test_lists_page_by_themselves_in_both_orders():
    made = [client.files.create(file=(f"{i}.txt", b"x"), purpose="vision").id for i in range(12)]
    newest = [each.id for each in client.files.list(purpose="vision", limit=5)]
    oldest = [each.id for each in client.files.list(purpose="vision", limit=5, order="asc")]
    assert [each for each in newest if each in made] == made[::-1]
    assert [each for each in oldest if each in made] == made
    for each in made:
        client.files.delete(each)


def test_large_file_is_uploaded_in_parts():
    data = os.urandom(1_000_000)
    done = client.uploads.upload_file_chunked(
        file=data,
        filename="big.pdf",
        bytes=len(data),
        mime_type="application/pdf",
        purpose="assistants",
        part_size=300_000,
    )
    assert done.status == "completed"
    assert client.files.content(done.file.id).read() == data
    client.files.delete(done.file.id)


def test_faulty_lines_are_named():
    with pytest.raises(openai.BadRequestError, match="Line 2"):
        client.files.create(file=("a.jsonl", io.BytesIO(b'{"item": {}}\n{"other": 1}\n')), purpose="evals")


def test_completion_is_stored_with_its_messages():
    run = uuid.uuid4().hex
    made = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "hello"}],
        max_tokens=8,
        store=True,
        metadata={"run": run},
    )
    assert [each.id for each in client.chat.completions.list(metadata={"run": run})] == [made.id]
    assert client.chat.completions.retrieve(made.id).choices == made.choices
    assert client.chat.completions.messages.list(made.id).data[0].content == "hello"
    assert client.chat.completions.update(made.id, metadata={"run": "other"}).metadata == {"run": "other"}
    assert client.chat.completions.delete(made.id).deleted
