"""Runs through the official Python clients: polled, streamed to a handler, with functions, cancelled."""

import json
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

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(os.environ.get("SELFSAME_TEST_PROFILE") != "scripted", reason="it asks for calls by a script"),
]

PARAMETERS = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}
ADD = {"type": "function", "function": {"name": "add", "parameters": PARAMETERS}}
SUM = "@script " + json.dumps({"calls": [{"name": "add", "arguments": {"a": 1, "b": 2}}]}) + "\n1 + 2?"


@pytest.fixture(scope="module")
def assistant():
    made = client.beta.assistants.create(model=MODEL, instructions="Be brief.", tools=[ADD])
    yield made
    client.beta.assistants.delete(made.id)


def say(text):
    return client.beta.threads.create(messages=[{"role": "user", "content": text}])


def outputs_of(run):
    calls = run.required_action.submit_tool_outputs.tool_calls
    sums = [sum(json.loads(call.function.arguments).values()) for call in calls]
    return [{"tool_call_id": call.id, "output": str(each)} for call, each in zip(calls, sums)]


class Handler(openai.AssistantEventHandler):
    def __init__(self):
        super().__init__()
        self.told = []
        self.text = ""

    def on_event(self, event):
        self.told.append(event.event)

    def on_run_step_created(self, run_step):
        self.told.append(f"step {run_step.type}")

    def on_message_created(self, message):
        self.told.append(f"message {message.status}")

    def on_text_created(self, text):
        self.told.append("text")

    def on_text_delta(self, delta, snapshot):
        self.text += delta.value or ""
        assert snapshot.value == self.text

    def on_text_done(self, text):
        assert text.value == self.text

    def on_tool_call_created(self, tool_call):
        self.told.append(f"call {tool_call.function.name}")

    def on_message_done(self, message):
        self.told.append(f"message {message.status}")

    def on_end(self):
        self.told.append("end")


def test_run_is_polled_until_a_message_is_there(assistant):
    thread = say("Hello there")
    run = client.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id, poll_interval_ms=20)
    assert (run.status, run.last_error, run.usage.total_tokens > 0) == ("completed", None, True)
    newest, _ = client.beta.threads.messages.list(thread.id).data
    assert (newest.role, newest.run_id, newest.content[0].text.value) == ("assistant", run.id, "Hello there")
    (step,) = client.beta.threads.runs.steps.list(run.id, thread_id=thread.id).data
    assert (step.type, step.step_details.message_creation.message_id) == ("message_creation", newest.id)
    assert client.beta.threads.runs.steps.retrieve(step.id, run_id=run.id, thread_id=thread.id) == step


def test_functions_are_called_and_their_outputs_answered(assistant):
    thread = {"messages": [{"role": "user", "content": SUM}]}
    run = client.beta.threads.create_and_run_poll(assistant_id=assistant.id, thread=thread, poll_interval_ms=20)
    assert run.status == "requires_action"
    done = client.beta.threads.runs.submit_tool_outputs_and_poll(
        run_id=run.id, thread_id=run.thread_id, tool_outputs=outputs_of(run), poll_interval_ms=20
    )
    assert (done.status, done.required_action) == ("completed", None)
    steps = client.beta.threads.runs.steps.list(run.id, thread_id=run.thread_id, order="asc").data
    assert [each.type for each in steps] == ["tool_calls", "message_creation"]
    assert steps[0].step_details.tool_calls[0].function.output == "3"


def test_handler_hears_text_and_calls(assistant):
    thread = say(SUM)
    first = Handler()
    with client.beta.threads.runs.stream(thread_id=thread.id, assistant_id=assistant.id, event_handler=first) as stream:
        stream.until_done()
        run = stream.get_final_run()
    assert run.status == "requires_action"
    assert [each for each in first.told if not each.startswith("thread.")] == ["step tool_calls", "call add", "end"]
    second = Handler()
    with client.beta.threads.runs.submit_tool_outputs_stream(
        run_id=run.id, thread_id=thread.id, tool_outputs=outputs_of(run), event_handler=second
    ) as stream:
        stream.until_done()
        assert [each.content[0].text.value for each in stream.get_final_messages()] == ["3"]
        assert [each.type for each in stream.get_final_run_steps()] == ["message_creation"]
    assert second.text == "3"
    heard = [each for each in second.told if not each.startswith("thread.")]
    assert heard == ["step message_creation", "message in_progress", "text", "message completed", "end"]
    assert second.told[0] == "thread.run.step.completed" and "thread.run.completed" in second.told


def test_stream_of_a_thread_that_is_made_with_it(assistant):
    thread = {"messages": [{"role": "user", "content": "one two three"}]}
    with client.beta.threads.create_and_run_stream(assistant_id=assistant.id, thread=thread) as stream:
        assert "".join(stream.text_deltas) == "one two three"


def test_run_is_cancelled_while_it_writes(assistant):
    thread = say('@script {"tokens": 500, "delayMs": 20}\nword')
    run = client.beta.threads.runs.create(thread_id=thread.id, assistant_id=assistant.id)
    with pytest.raises(openai.BadRequestError) as caught:
        client.beta.threads.runs.create(thread_id=thread.id, assistant_id=assistant.id)
    assert caught.value.code == "active_run"
    client.beta.threads.runs.cancel(run.id, thread_id=thread.id)
    assert client.beta.threads.runs.poll(run.id, thread_id=thread.id, poll_interval_ms=20).status == "cancelled"
