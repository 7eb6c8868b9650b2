"""The official Python client, sync and async, against the server at SELFSAME_TEST_URL."""

import asyncio
import os
import time

import openai
import pytest

URL = os.environ["SELFSAME_TEST_URL"].rstrip("/").removesuffix("/v1") + "/v1"
KEY = os.environ.get("SELFSAME_TEST_API_KEY", "any")
MODEL = os.environ.get("SELFSAME_TEST_MODEL_ID", "gpt-4o-mini")
SCRIPTED = os.environ.get("SELFSAME_TEST_PROFILE") == "scripted"
TEXT = "The quick brown fox jumps over the lazy dog."

scripted_only = pytest.mark.skipif(not SCRIPTED, reason="is about the wording of an answer: scripted engine only")


@pytest.fixture()
def client():
    with openai.OpenAI(base_url=URL, api_key=KEY, max_retries=0) as it:
        yield it


def ask(text):
    return [{"role": "user", "content": text}]


def test_lists_and_retrieves_models(client):
    models = list(client.models.list())
    assert models and all(each.object == "model" for each in models)
    assert client.models.retrieve(models[0].id).id == models[0].id
    assert client.models.retrieve(MODEL).id in [each.id for each in models]


def test_answers_with_usage(client):
    completion = client.chat.completions.create(model=MODEL, messages=ask(TEXT), max_tokens=64)
    assert completion.choices[0].message.role == "assistant"
    assert completion.choices[0].message.content
    assert completion.choices[0].finish_reason in ("stop", "length")
    usage = completion.usage
    assert usage.prompt_tokens > 0 and usage.completion_tokens > 0
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert completion._request_id.startswith("req_")


@scripted_only
def test_keeps_every_character(client):
    text = "Zürich, 東京, 👩‍👩‍👧 — \"quoted\""
    completion = client.chat.completions.create(model=MODEL, messages=ask(text))
    assert completion.choices[0].message.content == text


def test_honours_limits_and_choices(client):
    completion = client.chat.completions.create(
        model=MODEL, messages=ask("Count from one to two hundred, in words."), n=2, max_completion_tokens=4
    )
    assert sorted(choice.index for choice in completion.choices) == [0, 1]
    assert {choice.finish_reason for choice in completion.choices} == {"length"}
    assert completion.usage.completion_tokens == 8


@scripted_only
def test_ends_before_a_stop_sequence(client):
    completion = client.chat.completions.create(model=MODEL, messages=ask(TEXT), stop=[" jumps"])
    assert completion.choices[0].message.content == "The quick brown fox"


def test_shows_raw_headers(client):
    raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=ask("Hello"), max_tokens=4)
    assert raw.headers["x-request-id"].startswith("req_")
    assert int(raw.headers["openai-processing-ms"]) >= 0
    assert raw.parse().choices


def test_streams_with_usage(client):
    stream = client.chat.completions.create(
        model=MODEL, messages=ask(TEXT), stream=True, stream_options={"include_usage": True}, max_tokens=64
    )
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text and (not SCRIPTED or text == TEXT)
    assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens > 0
    assert chunks[-2].choices[0].finish_reason in ("stop", "length")


def test_feeds_the_streaming_helper(client):
    # Greedy decoding and an easy question: the helper of older versions refuses a truncated answer.
    messages = ask("Hello!")
    with client.chat.completions.stream(model=MODEL, messages=messages, temperature=0, max_tokens=64) as stream:
        heard = "".join(event.delta for event in stream if event.type == "content.delta")
        assert heard and heard == stream.get_final_completion().choices[0].message.content


def test_closing_a_stream_cancels_it(client):
    story = "Write a very long story about the sea."
    messages = ask('@script {"tokens":5000,"delayMs":10}\n' + story if SCRIPTED else story)
    for _ in range(6):
        with client.chat.completions.create(model=MODEL, messages=messages, stream=True) as stream:
            next(iter(stream))
    started = time.monotonic()
    client.chat.completions.create(model=MODEL, messages=ask("Hello"), max_tokens=1)
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("more", "kind", "code", "param"),
    [
        ({"model": "gpt-17"}, openai.NotFoundError, "model_not_found", "model"),
        ({"temperature": 3}, openai.BadRequestError, None, "temperature"),
        ({"extra_body": {"temprature": 1}}, openai.BadRequestError, "unknown_parameter", "temprature"),
        ({"messages": []}, openai.BadRequestError, None, "messages"),
        ({"messages": ask("word " * 40_000)}, openai.BadRequestError, "context_length_exceeded", "messages"),
    ],
)
def test_errors_are_typed(client, more, kind, code, param):
    with pytest.raises(kind) as caught:
        client.chat.completions.create(**{"model": MODEL, "messages": ask("Hello"), **more})
    error = caught.value
    assert error.param == param and error.type == "invalid_request_error" and error.code
    assert code is None or error.code == code
    assert error.request_id.startswith("req_")


@scripted_only
def test_embeds(client):
    body = {"model": "text-embedding-3-small", "input": ["The sea.", "A fox.", "The sea."]}
    vectors = [each.embedding for each in client.embeddings.create(**body).data]
    assert vectors[0] == vectors[2] != vectors[1]
    plain = client.embeddings.create(**body, encoding_format="float").data[0].embedding
    assert plain == pytest.approx(vectors[0], abs=1e-6)


def test_what_is_not_served_says_so(client):
    with pytest.raises(openai.NotFoundError) as caught:
        client.fine_tuning.jobs.list()
    assert caught.value.code == "not_served"


@scripted_only
def test_an_engine_that_dies_ends_the_stream_with_an_error(client):
    messages = ask('@script {"crashAfter":3}\n' + TEXT)
    text = ""
    with pytest.raises(openai.APIError) as caught:
        for chunk in client.chat.completions.create(model=MODEL, messages=messages, stream=True):
            text += chunk.choices[0].delta.content or ""
    assert caught.value.code == "engine_failed"
    assert text and TEXT.startswith(text)


@scripted_only
def test_the_clients_own_timeout(client):
    with pytest.raises(openai.APITimeoutError):
        messages = ask('@script {"startDelayMs":3000}\nHello')
        client.with_options(timeout=0.3).chat.completions.create(model=MODEL, messages=messages)


def test_async_client_chats_and_streams_side_by_side():
    async def run():
        async with openai.AsyncOpenAI(base_url=URL, api_key=KEY, max_retries=0) as client:

            async def streamed(text):
                stream = await client.chat.completions.create(
                    model=MODEL, messages=ask(text), stream=True, max_tokens=32
                )
                return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

            texts = [f"Number {i}" for i in range(12)]
            answers = await asyncio.gather(*map(streamed, texts))
            assert all(answers) and (not SCRIPTED or answers == texts)
            completion = await client.chat.completions.create(model=MODEL, messages=ask("Hello"), max_tokens=8)
            assert completion.choices[0].message.content
            assert [model.id async for model in client.models.list()]
            with pytest.raises(openai.NotFoundError):
                await client.models.retrieve("no-such-model")

    asyncio.run(run())
