"""Writes mini-lm-reference.json: token ids by tokenizer.json and vectors by a forward pass in torch that reads the published weights itself.

python3 mini-lm-reference.py DIRECTORY, which holds model.safetensors and tokenizer.json of all-MiniLM-L6-v2. Needs torch and tokenizers.
"""

import base64
import json
import math
import struct
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer

WORDS = "time person year way day thing man world life hand part child eye woman place work week case point".split()
TEXTS = [
    "Hello, world!",
    "The quick brown fox jumps over the lazy dog.",
    "How do I reset my password?",
    "I forgot my login credentials",
    "Quarterly revenue rose by eleven percent",
    "Café crème à la carte, naïve coöperation, Ærøskøbing, Łódź, İstanbul, straße",
    "tiếng Việt có dấu: đường phố",
    "日本語のテキストです。東京都",
    "你好,世界!今天天气很好。",
    "한국어 텍스트입니다",
    "مرحبا بالعالم",
    "Привет, мир! Ёлка, й",
    "Γειά σου Κόσμε, ς",
    "हिन्दी में पाठ",
    "😀😀 emoji 👩‍👩‍👧 family 🇩🇪 flag 👍🏽",
    "a\tb\nc\r\nd  e   f",
    "don't can't -- well-known e.g. (this) [that] <tag> @user #tag $5.00 50% x=y+z `code` ~ ^ | \\ /",
    "https://example.com/path?query=1&b=2#frag",
    "[CLS] [SEP] [MASK] literal",
    "zero\u200bwidth\ufeff soft\u00adhyphen \u0007 bell \u00a0 nbsp \u3000 ideo",
    "…“quotes” ‘single’ – — • € ½ ² ™ ﬁ ≤ ∞",
    "Ｆｕｌｌｗｉｄｔｈ ①②③ ｶﾅ",
    "x" * 101 + " after",
    "def f(x):\n    return x**2  # square",
    " ".join(WORDS[i * 7 % len(WORDS)] for i in range(120)),
    " ".join(WORDS[i * i % len(WORDS)] for i in range(500)),
    "ΌΔΟΣ Ό ΐ ΰ",
]


def read_weights(path):
    raw = path.read_bytes()
    length = struct.unpack("<Q", raw[:8])[0]
    weights = {}
    for name, entry in json.loads(raw[8 : 8 + length]).items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        values = torch.frombuffer(bytearray(raw[8 + length + start : 8 + length + end]), dtype=torch.float32)
        weights[name] = values.reshape(entry["shape"])
    return weights


def embed(w, ids):
    def norm(x, name):
        return torch.nn.functional.layer_norm(x, (384,), w[name + ".weight"], w[name + ".bias"], 1e-12)

    def linear(x, name):
        return x @ w[name + ".weight"].T + w[name + ".bias"]

    x = w["embeddings.word_embeddings.weight"][torch.tensor(ids)]
    x = x + w["embeddings.position_embeddings.weight"][: len(ids)] + w["embeddings.token_type_embeddings.weight"][0]
    x = norm(x, "embeddings.LayerNorm")
    for layer in range(6):
        at = f"encoder.layer.{layer}."
        q, k, v = (
            linear(x, at + "attention.self." + part).view(-1, 12, 32).transpose(0, 1)
            for part in ("query", "key", "value")
        )
        heads = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(32), -1) @ v
        mixed = linear(heads.transpose(0, 1).reshape(-1, 384), at + "attention.output.dense")
        x = norm(x + mixed, at + "attention.output.LayerNorm")
        wide = torch.nn.functional.gelu(linear(x, at + "intermediate.dense"))
        x = norm(x + linear(wide, at + "output.dense"), at + "output.LayerNorm")
    mean = x.mean(0)
    return mean / mean.norm()


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    weights = read_weights(directory / "model.safetensors")
    reference = []
    with torch.no_grad():
        for text in TEXTS:
            ids = tokenizer.encode(text).ids
            vector = embed(weights, ids).numpy().astype("<f4").tobytes()
            reference.append({"text": text, "ids": ids, "vector": base64.b64encode(vector).decode()})
    # The formatter of the repository lays it out anew: `npm run fix`.
    Path(__file__).with_suffix(".json").write_text(
        "[\n" + ",\n".join(json.dumps(each, ensure_ascii=True) for each in reference) + "\n]\n"
    )
