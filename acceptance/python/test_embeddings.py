"""Vectors through the official Python client, which asks for base64 by itself."""

import os

import openai
import pytest

URL = os.environ["SELFSAME_TEST_URL"].rstrip("/").removesuffix("/v1") + "/v1"
KEY = os.environ.get("SELFSAME_TEST_API_KEY", "any")
MODEL = os.environ.get("SELFSAME_TEST_EMBEDDING_MODEL", "text-embedding-3-small")


@pytest.fixture()
def client():
    with openai.OpenAI(base_url=URL, api_key=KEY, max_retries=0) as it:
        try:
            it.embeddings.create(model=MODEL, input="x")
        except (openai.InternalServerError, openai.NotFoundError) as error:
            if os.environ.get("SELFSAME_TEST_PROFILE") == "scripted":
                raise
            pytest.skip(f"the server has no embedding model: {error}")
        yield it


def test_gives_the_same_numbers_as_base64_and_as_floats(client):
    coded = client.embeddings.create(model=MODEL, input=["one text", "another text"])
    floats = client.embeddings.create(model=MODEL, input=["one text", "another text"], encoding_format="float")
    assert [each.index for each in coded.data] == [0, 1]
    assert [each.embedding for each in coded.data] == [each.embedding for each in floats.data]
    assert sum(value * value for value in coded.data[0].embedding) == pytest.approx(1, abs=1e-5)
    assert coded.usage.total_tokens == coded.usage.prompt_tokens > 3


def test_shortens_and_refuses_to_lengthen(client):
    assert len(client.embeddings.create(model=MODEL, input="x", dimensions=8).data[0].embedding) == 8
    with pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model=MODEL, input="x", dimensions=100_000)
    assert caught.value.param == "dimensions"


def test_names_the_input_that_is_at_fault(client):
    with pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model=MODEL, input=["fine", "word " * 20_000])
    assert caught.value.param == "input[1]"
    assert caught.value.code == "context_length_exceeded"
