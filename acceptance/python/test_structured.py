"""Structured output through the official Python client. Skipped with the scripted engine, which follows no schema."""

import os
from typing import Literal, Optional

import openai
import pytest
from pydantic import BaseModel, Field

URL = os.environ["SELFSAME_TEST_URL"].rstrip("/").removesuffix("/v1") + "/v1"
KEY = os.environ.get("SELFSAME_TEST_API_KEY", "any")
MODEL = os.environ.get("SELFSAME_TEST_MODEL_ID", "gpt-4o-mini")
SCRIPTED = os.environ.get("SELFSAME_TEST_PROFILE") == "scripted"

pytestmark = pytest.mark.skipif(SCRIPTED, reason="needs a model that is decoded under a grammar")


class Address(BaseModel):
    town: str = Field(max_length=20)
    code: str = Field(pattern=r"^[0-9]{4}$")


class Person(BaseModel):
    name: str = Field(max_length=20)
    age: int = Field(ge=0, le=150)
    mood: Literal["good", "bad"]
    address: Optional[Address]


MESSAGES = [{"role": "user", "content": "Ada is 36 years old and in a good mood. Give me her name, age and mood."}]


@pytest.fixture()
def client():
    with openai.OpenAI(base_url=URL, api_key=KEY, max_retries=0) as it:
        yield it


def parse_of(client):
    """Returns the helper of this generation of the client."""
    completions = client.chat.completions
    return completions.parse if hasattr(completions, "parse") else client.beta.chat.completions.parse


def test_structured_answers_are_parsed(client):
    completion = parse_of(client)(model=MODEL, messages=MESSAGES, response_format=Person, temperature=0)
    assert completion.choices[0].finish_reason == "stop"
    assert isinstance(completion.choices[0].message.parsed, Person)


def test_structured_arguments_are_parsed(client):
    tool = openai.pydantic_function_tool(Person, name="save_person")
    completion = parse_of(client)(
        model=MODEL, messages=MESSAGES, tools=[tool], tool_choice="required", parallel_tool_calls=False, temperature=0
    )
    (call,) = completion.choices[0].message.tool_calls
    assert isinstance(call.function.parsed_arguments, Person)
