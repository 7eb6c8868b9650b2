#!/usr/bin/env bash
# Makes selfsame-nano from nothing: data, tokens, training, GGUF, evaluation. Resumes where a checkpoint is. Usage: train.sh WORK_DIR
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$1
mkdir -p "$work"
cd "$here"
[ -f "$work/data/heldout.jsonl" ] || python generate.py "$work/data" --examples "${EXAMPLES:-250000}" --seed 1
[ -f "$work/train.npz" ] || python prepare.py "$work/train.npz" "$work/data/train.jsonl"
[ -f "$work/heldout.npz" ] || python prepare.py "$work/heldout.npz" "$work/data/heldout.jsonl"
OMP_NUM_THREADS=1 nice -n 19 python train.py --data "$work/train.npz" --heldout "$work/heldout.npz" --out "$work/run" --steps "${STEPS:-2200}"
python export_gguf.py "$work/run/last.pt" selfsame-nano.gguf --manifest
python eval/parity.py "$work/run/last.pt" "$work/cases.jsonl" "$work/data/heldout.jsonl"
node eval/parity.ts selfsame-nano.gguf "$work/cases.jsonl"
python eval/run.py selfsame-nano.gguf --heldout "$work/data/heldout.jsonl" --show "$work/answers.txt"
