"""Plain completions and log probabilities with the official Python client and LangChain's class for them."""

import math
import os

import openai
import pytest
from langchain_openai import OpenAI as LangChainCompletions

URL = os.environ["SELFSAME_TEST_URL"].rstrip("/").removesuffix("/v1") + "/v1"
KEY = os.environ.get("SELFSAME_TEST_API_KEY", "any")
SCRIPTED = os.environ.get("SELFSAME_TEST_PROFILE") == "scripted"
MODEL = "gpt-3.5-turbo-instruct"
TEXT = "The quick brown fox jumps, said Zoë 😀."


@pytest.fixture()
def client():
    with openai.OpenAI(base_url=URL, api_key=KEY, max_retries=0) as it:
        yield it


def test_goes_on_with_several_texts(client):
    completion = client.completions.create(model=MODEL, prompt=["One,", "Two,"], n=2, max_tokens=6)
    assert [choice.index for choice in completion.choices] == [0, 1, 2, 3]
    assert completion.object == "text_completion"
    if SCRIPTED:
        assert [choice.text for choice in completion.choices] == ["One,", "One,", "Two,", "Two,"]


def test_streams_what_it_answers(client):
    body = {"model": MODEL, "prompt": TEXT, "max_tokens": 10, "seed": 4}
    chunks = list(client.completions.create(**body, stream=True, stream_options={"include_usage": True}))
    plain = client.completions.create(**body)
    assert "".join(chunk.choices[0].text for chunk in chunks[:-1]) == plain.choices[0].text
    assert chunks[-1].usage.completion_tokens == plain.usage.completion_tokens


def test_scores_a_text_with_offsets_into_it(client):
    completion = client.completions.create(model=MODEL, prompt=TEXT, max_tokens=0, echo=True, logprobs=2)
    (choice,) = completion.choices
    assert choice.text == TEXT
    logprobs = choice.logprobs
    for i, (token, offset) in enumerate(zip(logprobs.tokens, logprobs.text_offset)):
        assert token.startswith("bytes:") or TEXT[offset : offset + len(token)] == token
        if logprobs.token_logprobs[i] is None:
            assert i == 0 and logprobs.top_logprobs[i] is None
        else:
            assert logprobs.top_logprobs[i][token] == logprobs.token_logprobs[i]
            assert sum(math.exp(each) for each in logprobs.top_logprobs[i].values()) <= 1 + 1e-6


def test_says_how_likely_the_words_of_a_message_are(client):
    messages = [{"role": "user", "content": TEXT}]
    completion = client.chat.completions.create(
        model="gpt-4o-mini", messages=messages, max_tokens=8, logprobs=True, top_logprobs=2
    )
    tokens = completion.choices[0].logprobs.content
    if SCRIPTED:
        assert b"".join(bytes(token.bytes) for token in tokens).decode() == completion.choices[0].message.content
    assert all(len(token.top_logprobs) == 2 for token in tokens)


def test_refuses_by_name(client):
    with pytest.raises(openai.BadRequestError) as caught:
        client.completions.create(model=MODEL, prompt="x", best_of=3, stream=True)
    assert caught.value.param == "best_of"


def test_serves_the_class_of_langchain():
    llm = LangChainCompletions(model=MODEL, base_url=URL, api_key=KEY, max_retries=0, max_tokens=16, n=2, best_of=3)
    generations = llm.generate(["One", "Two"]).generations
    assert [len(each) for each in generations] == [2, 2]
    pieces = list(LangChainCompletions(model=MODEL, base_url=URL, api_key=KEY, max_tokens=16).stream("One, two, three"))
    assert len(pieces) > 1
    if SCRIPTED:
        assert "".join(pieces) == "One, two, three"
