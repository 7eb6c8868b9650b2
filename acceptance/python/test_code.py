"""Code of a model in responses and runs through the official Python client: tables, plots, files and state."""

import base64
import json
import os
import struct

import openai
import pytest

client = openai.OpenAI(
    base_url=os.environ["SELFSAME_TEST_URL"].rstrip("/").removesuffix("/v1") + "/v1",
    api_key=os.environ.get("SELFSAME_TEST_API_KEY", "any"),
    max_retries=0,
)
MODEL = os.environ.get("SELFSAME_TEST_MODEL_ID", "gpt-4o-mini")

if not hasattr(client, "containers"):
    pytest.skip("this generation has no containers", allow_module_level=True)
if os.environ.get("SELFSAME_TEST_PROFILE") != "scripted":
    pytest.skip("it asks for calls by a script", allow_module_level=True)

AUTO = {"type": "code_interpreter", "container": {"type": "auto"}}


def script(code):
    return "@script " + json.dumps({"calls": [{"name": "code_interpreter", "arguments": {"code": code}}]}) + "\nrun"


def run(code, **more):
    parameters = {"model": MODEL, "input": script(code), "tools": [AUTO], "include": ["code_interpreter_call.outputs"]}
    return client.responses.create(**{**parameters, **more})


def call_of(response):
    return next(item for item in response.output if item.type == "code_interpreter_call")


def logs_of(response):
    return "".join(output.logs for output in call_of(response).outputs if output.type == "logs")


@pytest.fixture(scope="module", autouse=True)
def modules():
    """Skips the tests if the machine cannot execute code or lacks a module."""
    try:
        response = run("import pandas, openpyxl, matplotlib.pyplot\nprint('ready')")
    except openai.BadRequestError as error:
        pytest.skip(f"the server executes no code: {error}")
    if "ready" not in logs_of(response):
        pytest.skip(f"the interpreter lacks a module: {logs_of(response)}")


def test_pandas_reads_a_csv_and_writes_a_workbook_that_it_reads_again():
    rows = "city,people\nRome,3\nOslo,1\nBonn,2\n"
    file = client.files.create(file=("cities.csv", rows.encode()), purpose="user_data")
    container = client.containers.create(name="tables", file_ids=[file.id])
    tools = [{"type": "code_interpreter", "container": container.id}]
    code = """
import pandas as pd
table = pd.read_csv('/mnt/data/cities.csv').sort_values('people')
table.to_excel('/mnt/data/cities.xlsx', index=False)
again = pd.read_excel('/mnt/data/cities.xlsx')
print(list(again['city']), int(again['people'].sum()))
"""
    response = run(code, tools=tools)
    assert logs_of(response) == "['Oslo', 'Bonn', 'Rome'] 6\n"
    files = {item.path: item for item in client.containers.files.list(container.id)}
    assert set(files) == {"/mnt/data/cities.csv", "/mnt/data/cities.xlsx"}
    workbook = client.containers.files.content.retrieve(files["/mnt/data/cities.xlsx"].id, container_id=container.id)
    assert workbook.read().startswith(b"PK\x03\x04")
    client.containers.delete(container.id)


def test_a_plot_is_a_png_of_its_size_and_is_cited():
    code = "import matplotlib.pyplot as plt\nplt.figure(figsize=(4, 3), dpi=100)\nplt.bar(['a', 'b'], [1, 2])\nplt.show()"
    response = run(code)
    image = next(output for output in call_of(response).outputs if output.type == "image")
    png = base64.b64decode(image.url.removeprefix("data:image/png;base64,"))
    assert png.startswith(b"\x89PNG") and struct.unpack(">II", png[16:24]) == (400, 300)
    message = response.output[-1]
    citation = message.content[0].annotations[0]
    assert citation.type == "container_file_citation"
    stored = client.containers.files.content.retrieve(citation.file_id, container_id=citation.container_id)
    assert stored.read() == png


def test_twenty_calls_share_their_variables_in_responses():
    response = run("total = 0")
    for step in range(1, 20):
        response = run(f"total += {step}\nprint(total)", previous_response_id=response.id)
    assert logs_of(response) == "190\n"


def test_an_interpreter_that_ends_is_reported_and_the_next_call_works():
    response = run("import os\nos._exit(3)")
    assert call_of(response).status == "failed"
    assert "interpreter ended" in logs_of(response)
    assert logs_of(run("print('again')", previous_response_id=response.id)) == "again\n"


def test_fifty_megabytes_are_read():
    megabyte = b"0123456789abcde\n" * 65536
    file = client.files.create(file=("large.txt", megabyte * 50), purpose="user_data")
    container = {"type": "auto", "file_ids": [file.id]}
    code = "print(sum(len(line) for line in open('/mnt/data/large.txt')))"
    response = run(code, tools=[{"type": "code_interpreter", "container": container}])
    assert logs_of(response) == f"{50 * 2**20}\n"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.skipif(not hasattr(client.beta, "assistants"), reason="this generation has no assistants")
def test_runs_of_a_thread_share_variables_and_make_files():
    assistant = client.beta.assistants.create(model=MODEL, tools=[{"type": "code_interpreter"}])
    thread = client.beta.threads.create()
    codes = ["total = 0"] + [f"total += {step}" for step in range(1, 19)]
    codes.append("open('total.txt', 'w').write(str(total))\nprint('See sandbox:/mnt/data/total.txt here')")
    for code in codes:
        client.beta.threads.messages.create(thread.id, role="user", content=script(code))
        options = {"assistant_id": assistant.id, "poll_interval_ms": 20}
        done = client.beta.threads.runs.create_and_poll(thread_id=thread.id, **options)
        assert done.status == "completed"
    message = client.beta.threads.messages.list(thread.id, run_id=done.id).data[0]
    annotation = message.content[0].text.annotations[0]
    assert annotation.type == "file_path"
    assert client.files.content(annotation.file_path.file_id).read() == b"171"
    client.beta.assistants.delete(assistant.id)
