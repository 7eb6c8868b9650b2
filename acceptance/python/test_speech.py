"""Speech through the official Python client."""

import os
import wave

import openai
import pytest

URL = os.environ["SELFSAME_TEST_URL"].rstrip("/").removesuffix("/v1") + "/v1"
KEY = os.environ.get("SELFSAME_TEST_API_KEY", "any")
TEXT = "One two three. Four five six."
MAGIC = {"mp3": b"ID3", "opus": b"OggS", "flac": b"fLaC", "wav": b"RIFF", "pcm": b""}

pytestmark = pytest.mark.skipif(
    os.environ.get("SELFSAME_TEST_PROFILE") != "scripted", reason="the server may have no speech model"
)


@pytest.fixture()
def client():
    with openai.OpenAI(base_url=URL, api_key=KEY, max_retries=0) as it:
        yield it


@pytest.mark.parametrize("name", MAGIC)
def test_writes_each_format_to_a_file(client, tmp_path, name):
    path = tmp_path / f"speech.{name}"
    with client.audio.speech.with_streaming_response.create(
        model="tts-1", voice="alloy", input=TEXT, response_format=name
    ) as response:
        response.stream_to_file(path)
    content = path.read_bytes()
    assert content.startswith(MAGIC[name])
    assert len(content) > 5000


def test_wav_is_read_by_the_standard_library(client, tmp_path):
    path = tmp_path / "speech.wav"
    path.write_bytes(client.audio.speech.create(model="tts-1", voice="alloy", input=TEXT, response_format="wav").content)
    with wave.open(str(path)) as audio:
        assert (audio.getframerate(), audio.getnchannels(), audio.getsampwidth()) == (24_000, 1, 2)
        # The scripted model speaks a word in 200 ms.
        assert len(audio.readframes(10_000_000)) == pytest.approx(2 * 24_000 * 1.2, rel=0.01)


def test_streams_events_with_usage(client):
    with client.audio.speech.with_streaming_response.create(
        model="gpt-4o-mini-tts", voice="alloy", input=TEXT, extra_body={"stream_format": "sse"}
    ) as response:
        lines = [line for line in response.iter_lines() if line.startswith("data: {")]
    assert "speech.audio.delta" in lines[0]
    assert "speech.audio.done" in lines[-1] and "total_tokens" in lines[-1]


def test_names_the_parameter_of_an_unknown_voice(client):
    with pytest.raises(openai.BadRequestError) as caught:
        client.audio.speech.create(model="tts-1", voice="nicole", input=TEXT)
    assert caught.value.param == "voice"
