"""Transcription through the official Python client."""

import os
import pathlib

import openai
import pytest

URL = os.environ["SELFSAME_TEST_URL"].rstrip("/").removesuffix("/v1") + "/v1"
KEY = os.environ.get("SELFSAME_TEST_API_KEY", "any")
FILE = pathlib.Path(__file__).parents[2] / "examples/meeting-transcriber/meeting.de.wav"

pytestmark = pytest.mark.skipif(
    os.environ.get("SELFSAME_TEST_PROFILE") != "scripted", reason="the server may have no transcription model"
)


@pytest.fixture()
def client():
    with openai.OpenAI(base_url=URL, api_key=KEY, max_retries=0) as it:
        yield it


@pytest.mark.parametrize(
    ("name", "start"), [("text", ""), ("srt", "1\n00:00:00,000 --> "), ("vtt", "WEBVTT\n\n00:00:00.000 --> ")]
)
def test_returns_plain_formats(client, name, start):
    text = client.audio.transcriptions.create(file=FILE, model="whisper-1", response_format=name)
    assert text.startswith(start)
    assert "hertz" not in text


def test_returns_words_and_segments(client):
    verbose = client.audio.transcriptions.create(
        file=FILE, model="whisper-1", response_format="verbose_json", timestamp_granularities=["word", "segment"]
    )
    assert verbose.language == "english"
    assert " ".join(word.word for word in verbose.words) == verbose.text
    assert "".join(segment.text for segment in verbose.segments).strip() == verbose.text
    times = [time for word in verbose.words for time in (word.start, word.end)]
    assert times == sorted(times) and times[-1] <= float(verbose.duration)


def test_streams_and_translates(client):
    stream = client.audio.transcriptions.create(file=FILE, model="gpt-4o-mini-transcribe", stream=True)
    events = list(stream)
    assert "".join(event.delta for event in events[:-1]) == events[-1].text
    translation = client.audio.translations.create(file=FILE, model="whisper-1")
    assert translation.text.endswith(" hertz")


def test_reports_a_file_that_is_no_audio(client):
    with pytest.raises(openai.BadRequestError) as raised:
        client.audio.transcriptions.create(file=("a.mp3", b"text"), model="whisper-1")
    assert raised.value.param == "file"
