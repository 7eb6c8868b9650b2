"""LangChain's assistants of 2024: its first runnable for the Assistants API v1, its second one for v2."""

import json
import os

import openai
import pytest

pytest.importorskip("langchain.agents.openai_assistant", reason="this LangChain has no assistants")

from langchain.agents import AgentExecutor
from langchain.agents.openai_assistant import OpenAIAssistantRunnable
from langchain_community.agents.openai_assistant import OpenAIAssistantV2Runnable
from langchain_core.tools import tool

pytestmark = pytest.mark.skipif(
    os.environ.get("SELFSAME_TEST_PROFILE") != "scripted", reason="it asks for calls by a script"
)
MODEL = os.environ.get("SELFSAME_TEST_MODEL_ID", "gpt-4o-mini")
SUM = "@script " + json.dumps({"calls": [{"name": "add", "arguments": {"a": 1, "b": 2}}]}) + "\n1 + 2?"


@pytest.fixture
def client():
    url = os.environ["SELFSAME_TEST_URL"].rstrip("/").removesuffix("/v1") + "/v1"
    os.environ["OPENAI_API_KEY"] = os.environ.get("SELFSAME_TEST_API_KEY", "any")
    return openai.OpenAI(base_url=url, max_retries=0)


@tool
def add(a: int, b: int) -> int:
    """Adds two whole numbers."""
    return a + b


def make(client, **more):
    is_second = hasattr(client.beta, "vector_stores")
    runnable = OpenAIAssistantV2Runnable if is_second else OpenAIAssistantRunnable
    return runnable.create_assistant(
        name="Ada", instructions="Be brief.", tools=[add], model=MODEL, client=client, check_every_ms=20, **more
    )


def test_assistant_answers_and_goes_on_with_its_thread(client):
    assistant = make(client)
    (first,) = assistant.invoke({"content": "Hello"})
    assert first.content[0].text.value == "Hello"
    (second,) = assistant.invoke({"content": "Bye", "thread_id": first.thread_id})
    assert (second.content[0].text.value, second.thread_id) == ("Bye", first.thread_id)


def test_agent_runs_its_tools(client):
    agent = make(client, as_agent=True)
    answer = AgentExecutor(agent=agent, tools=[add]).invoke({"content": SUM})
    assert answer["output"] == "3"
