"""The OpenAI Agents SDK in its default mode, which uses the Responses API, on the scripted engine."""

import asyncio
import json
import os

import pytest

agents = pytest.importorskip("agents")

import openai  # noqa: E402
from agents import (  # noqa: E402
    Agent,
    GuardrailFunctionOutput,
    InputGuardrailTripwireTriggered,
    OpenAIConversationsSession,
    Runner,
    SQLiteSession,
    function_tool,
    input_guardrail,
    set_default_openai_client,
    set_tracing_disabled,
)

URL = os.environ["SELFSAME_TEST_URL"].rstrip("/").removesuffix("/v1") + "/v1"
KEY = os.environ.get("SELFSAME_TEST_API_KEY", "any")
MODEL = os.environ.get("SELFSAME_TEST_MODEL_ID", "gpt-4o-mini")
SCRIPTED = os.environ.get("SELFSAME_TEST_PROFILE") == "scripted"

pytestmark = pytest.mark.skipif(not SCRIPTED, reason="scripts what the model answers")

# The connections of the client belong to one event loop.
loop = asyncio.new_event_loop()
client = openai.AsyncOpenAI(base_url=URL, api_key=KEY, max_retries=0)
set_default_openai_client(client, use_for_tracing=False)
set_tracing_disabled(True)


def call_of(name, **arguments):
    return "@script " + json.dumps({"calls": [{"name": name, "arguments": arguments}]}) + "\nGo on."


@function_tool
def get_weather(city: str) -> str:
    """Get the weather."""
    return f"{city}: 11 degrees"


def guide(**more):
    return Agent(name="guide", instructions="Help.", model=MODEL, tools=[get_weather], **more)


def run(agent, text, **more):
    return loop.run_until_complete(Runner.run(agent, text, **more))


def test_function_tool_runs_and_its_output_is_the_answer():
    assert run(guide(), call_of("get_weather", city="Oslo")).final_output == "Oslo: 11 degrees"


def test_stream_has_the_items_of_a_function_tool():
    async def read():
        result = Runner.run_streamed(guide(), call_of("get_weather", city="Rome"))
        kinds = [event.type async for event in result.stream_events()]
        return kinds, result.final_output

    kinds, output = loop.run_until_complete(read())
    assert {"raw_response_event", "run_item_stream_event"} <= set(kinds)
    assert output == "Rome: 11 degrees"


def test_handoff_passes_the_conversation_to_another_agent():
    spanish = Agent(name="spanish", instructions="Speak Spanish.", model=MODEL)
    triage = Agent(name="triage", model=MODEL, handoffs=[spanish])
    assert run(triage, call_of("transfer_to_spanish")).last_agent.name == "spanish"


def test_guardrail_stops_a_run():
    @input_guardrail
    async def no_horses(_context, _agent, given):
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered="horse" in str(given))

    guarded = guide(input_guardrails=[no_horses])
    with pytest.raises(InputGuardrailTripwireTriggered):
        run(guarded, "a horse")
    assert run(guarded, "a cow").final_output == "a cow"


def test_sessions_keep_the_conversation():
    async def turns(session):
        await Runner.run(guide(), "one", session=session)
        await Runner.run(guide(), "two", session=session)
        return [item.get("role") for item in await session.get_items()]

    assert loop.run_until_complete(turns(SQLiteSession("s"))) == ["user", "assistant", "user", "assistant"]
    stored = OpenAIConversationsSession(openai_client=client)
    assert loop.run_until_complete(turns(stored)) == ["user", "assistant", "user", "assistant"]
