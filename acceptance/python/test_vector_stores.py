"""Vector stores through the official Python client."""

import os

import openai
import pytest

client = openai.OpenAI(
    base_url=os.environ["SELFSAME_TEST_URL"].rstrip("/").removesuffix("/v1") + "/v1",
    api_key=os.environ.get("SELFSAME_TEST_API_KEY", "any"),
    max_retries=0,
)


def test_a_file_is_uploaded_read_and_found():
    store = client.vector_stores.create(name="hours")
    made = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("pool.md", b"The swimming pool opens at seven."), poll_interval_ms=20
    )
    assert (made.status, made.last_error) == ("completed", None)
    found = client.vector_stores.search(store.id, query="When does the swimming pool open?")
    assert [(each.file_id, each.filename) for each in found.data] == [(made.id, "pool.md")]
    assert 0 < found.data[0].score <= 1
    content = client.vector_stores.files.content(made.id, vector_store_id=store.id)
    assert "opens at seven" in content.data[0].text
    changed = client.vector_stores.files.update(made.id, vector_store_id=store.id, attributes={"open": True})
    assert changed.attributes == {"open": True}
    assert client.vector_stores.delete(store.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.vector_stores.retrieve(store.id)


def test_a_batch_is_uploaded_read_and_listed():
    store = client.vector_stores.create(name="rooms", expires_after={"anchor": "last_active_at", "days": 2})
    assert store.expires_at - store.last_active_at == 2 * 24 * 3600
    files = [(f"room-{i}.txt", f"Room {i} has {i + 100} chairs.".encode()) for i in range(12)]
    batch = client.vector_stores.file_batches.upload_and_poll(
        vector_store_id=store.id, files=files, poll_interval_ms=20
    )
    assert (batch.status, batch.file_counts.completed) == ("completed", 12)
    pages = client.vector_stores.file_batches.list_files(batch.id, vector_store_id=store.id, limit=5, filter="completed")
    ids = [each.id for each in pages]
    assert len(set(ids)) == 12
    filters = {"type": "ne", "key": "absent", "value": "x"}
    found = client.vector_stores.search(store.id, query="Room 7 chairs", filters=filters, max_num_results=2)
    assert found.data[0].filename == "room-7.txt"
    with pytest.raises(openai.BadRequestError) as refused:
        client.vector_stores.search(store.id, query="x", filters={"type": "in", "key": "a", "value": "b"})
    assert refused.value.param == "filters.value"
    client.vector_stores.delete(store.id)
