"""An answer, printed while it is generated: pip install openai && python examples/python/chat.py "Tell me a story." """

import os
import sys

from openai import OpenAI

client = OpenAI(
    base_url=os.environ.get("OPENAI_BASE_URL", "http://localhost:8642/v1"),
    api_key=os.environ.get("OPENAI_API_KEY", "none needed on this machine"),
)

stream = client.chat.completions.create(
    model="gpt-4o-mini",
    messages=[{"role": "user", "content": sys.argv[1] if len(sys.argv) > 1 else "Say hello in one short sentence."}],
    stream=True,
)
for chunk in stream:
    print(chunk.choices[0].delta.content or "", end="", flush=True)
print()
