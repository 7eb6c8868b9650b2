"""Perplexity of the assistant's tokens: `python eval/perplexity.py CHECKPOINT.pt HELDOUT.npz`. Of the averaged weights,
in full precision.
"""

import math
import os
import sys

import torch

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from model import Config, Nano  # noqa: E402
from train import Batches, loss_of  # noqa: E402

BATCHES = 40
TOKENS = 2560


def main() -> None:
    saved = torch.load(sys.argv[1])
    model = Nano(Config(**saved['config']))
    model.load_state_dict(saved['average'], strict=False)
    held, total, count = Batches(sys.argv[2], TOKENS, 0), 0.0, 0.0
    with torch.no_grad():
        for index in range(BATCHES):
            ids, weight = held.get(index)
            loss, tokens = loss_of(model, ids, (weight >= 1).float())
            total, count = total + float(loss), count + tokens
    print(f'{math.exp(total / count):.3f} over {count:.0f} tokens')


if __name__ == '__main__':
    main()
