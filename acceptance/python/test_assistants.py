"""Assistants, threads and messages through the official Python client, which sends the API's version."""

import os

import openai
import pytest

client = openai.OpenAI(
    base_url=os.environ["SELFSAME_TEST_URL"].rstrip("/").removesuffix("/v1") + "/v1",
    api_key=os.environ.get("SELFSAME_TEST_API_KEY", "any"),
    max_retries=0,
)
MODEL = os.environ.get("SELFSAME_TEST_MODEL_ID", "gpt-4o-mini")

if not hasattr(client.beta, "assistants"):
    pytest.skip("this generation has no assistants", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_assistant_is_kept_changed_and_deleted():
    made = client.beta.assistants.create(model=MODEL, name="Ada", tools=[{"type": "file_search"}])
    assert (made.object, made.name, made.tools[0].type, made.temperature) == ("assistant", "Ada", "file_search", 1)
    assert client.beta.assistants.retrieve(made.id) == made
    changed = client.beta.assistants.update(made.id, instructions="Be brief.", tools=[])
    assert (changed.instructions, changed.tools, changed.name) == ("Be brief.", [], "Ada")
    assert made.id in [each.id for each in client.beta.assistants.list(limit=100)]
    assert client.beta.assistants.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.beta.assistants.retrieve(made.id)


def test_thread_keeps_the_order_of_its_messages():
    thread = client.beta.threads.create(messages=[{"role": "user", "content": f"m{i}"} for i in range(30)])
    for i in range(30, 35):
        client.beta.threads.messages.create(thread.id, role="assistant", content=f"m{i}")
    seen = [each.content[0].text.value for each in client.beta.threads.messages.list(thread.id, order="asc", limit=7)]
    assert seen == [f"m{i}" for i in range(35)]
    (newest,) = client.beta.threads.messages.list(thread.id, limit=1).data
    assert (newest.role, newest.status, newest.run_id) == ("assistant", "completed", None)
    client.beta.threads.messages.update(newest.id, thread_id=thread.id, metadata={"a": "b"})
    assert client.beta.threads.messages.retrieve(newest.id, thread_id=thread.id).metadata == {"a": "b"}
    assert client.beta.threads.messages.delete(newest.id, thread_id=thread.id).object == "thread.message.deleted"
    assert client.beta.threads.delete(thread.id).object == "thread.deleted"


def test_refusals_name_the_parameter():
    with pytest.raises(openai.BadRequestError) as caught:
        client.beta.assistants.create(model=MODEL, name="n" * 257)
    assert caught.value.param == "name"
