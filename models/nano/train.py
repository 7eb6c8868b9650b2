"""Training on CPU: `python train.py --data TRAIN.npz --heldout HELDOUT.npz --out RUN_DIR --steps 2000`. Resumes from
RUN_DIR/last.pt.

Several one-thread workers share the weights: each takes micro-batches from a common counter, so that a busy core
slows a step only by its share; then each worker optimises its part of the weights (Muon for matrices, Adam for
embeddings and norms). Same seed, data and steps give the same batches; sums of gradients may differ in the last bits
with the order of workers.
"""

import argparse
import os
import time

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from model import Config, Nano

REST_WEIGHT = 0.15
REST_SHARE = 0.2


class Batches:
    """Examples sorted into batches of about `tokens` tokens of like length; order shuffled per epoch by the seed."""

    def __init__(self, path: str, tokens: int, seed: int):
        data = np.load(path)
        self.ids, self.mask, self.offsets = data['ids'], data['mask'], data['offsets']
        self.tokens, self.seed = tokens, seed
        self.lengths = np.diff(self.offsets)
        self.epoch, self.order = -1, []

    def plan(self, epoch: int) -> list:
        rng = np.random.default_rng(self.seed * 1000 + epoch)
        key = self.lengths + rng.random(len(self.lengths)) * 8
        sequence, batches, batch, longest = np.argsort(key), [], [], 0
        for i in sequence:
            longest_new = max(longest, int(self.lengths[i]))
            if batch and longest_new * (len(batch) + 1) > self.tokens:
                batches.append(batch)
                batch, longest_new = [], int(self.lengths[i])
            batch.append(i)
            longest = longest_new
        batches = batches or [batch]
        rng.shuffle(batches)
        return batches

    def get(self, index: int):
        if self.epoch < 0:
            self.epoch, self.order = 0, self.plan(0)
        while index >= self.start() + len(self.order):
            self.epoch += 1
            self.base = self.start_next
            self.order = self.plan(self.epoch)
        rows = self.order[index - self.start()]
        rng = np.random.default_rng(index)
        width = max(int(self.lengths[i]) for i in rows)
        ids = np.zeros((len(rows), width), dtype=np.int64)
        weight = np.zeros((len(rows), width), dtype=np.float32)
        for r, i in enumerate(rows):
            a, b = self.offsets[i], self.offsets[i + 1]
            ids[r, : b - a] = self.ids[a:b]
            answers = self.mask[a:b]
            weight[r, : b - a] = np.where(
                answers > 0, answers, np.where(rng.random(b - a) < REST_SHARE, REST_WEIGHT, 0.0)
            )
        return torch.from_numpy(ids), torch.from_numpy(weight)

    base = 0

    def start(self) -> int:
        return self.base

    @property
    def start_next(self) -> int:
        return self.base + len(self.order)


def loss_of(model: Nano, ids: torch.Tensor, weight: torch.Tensor):
    hidden = model.hidden(ids[:, :-1])
    target, weight = ids[:, 1:].reshape(-1), weight[:, 1:].reshape(-1)
    chosen = weight.nonzero().squeeze(1)
    logits = F.linear(hidden.reshape(-1, hidden.shape[-1])[chosen], model.token_embd.weight).float()
    return (F.cross_entropy(logits, target[chosen], reduction='none') * weight[chosen]).sum(), float(weight.sum())


def orthogonal(g: torch.Tensor) -> torch.Tensor:
    """Newton–Schulz: the nearest orthogonal matrix, for a stack of gradients of one shape."""
    x = g.bfloat16()
    wide = x.shape[-2] <= x.shape[-1]
    if not wide:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.mT
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return (x if wide else x.mT).float()


def rate(step: int, args) -> float:
    """Share of the learning rate: warm up, stay, then in a straight line to nothing over the last part of the steps."""
    return min(1.0, (step + 1 - args.first) / 30) * min(1.0, max(0.02, (1 - step / args.steps) / args.tail))


def hurry(step: int, args) -> float:
    """The same by the clock: falls in a straight line to zero at `--until`, for machines of unknown speed."""
    return min(1.0, (step + 1 - args.first) / 30) * max(
        0.02, min(1.0, (args.until - time.time()) / (args.until - args.since))
    )


def worker(rank: int, args, shared: dict, barrier, counter) -> None:
    os.setsid()  # Linux may share the processors by session: two workers in one would get the share of one
    torch.set_num_threads(1)
    model = Nano(Config(**args.config))
    for name, p in model.named_parameters():
        p.data = shared['weights'][name]
        p.grad = shared['grads'][rank][name]
    if args.compile:
        model.hidden = torch.compile(model.hidden, dynamic=True)
    names = [n for n, _ in model.named_parameters()]
    matrices = [n for n in names if n.startswith('blk') and shared['weights'][n].dim() == 2]
    groups: dict = {}
    for n in matrices:
        groups.setdefault(tuple(shared['weights'][n].shape), []).append(n)
    mine = [part for group in groups.values() for part in [group[rank :: args.workers]] if part]
    vectors = [n for at, n in enumerate(n for n in names if n not in set(matrices)) if at % args.workers == rank]
    smooth = Nano(Config(**args.config))
    for name, p in smooth.named_parameters():
        p.data = shared['average'][name]
    data, held = Batches(args.data, args.micro, args.seed), Batches(args.heldout, args.micro, 0)
    state, info = shared['state'], shared['info']
    log = open(f'{args.out}/loss.csv', 'a') if rank == 0 else None
    started, seen = time.time(), 0
    for step in range(args.first, args.stop or args.steps):
        if rank == 0:
            counter.value = 0
            info.zero_()
            shared['speed'].fill_(rate(step, args) if args.until is None else hurry(step, args))
        barrier.wait()
        for n in names:
            shared['grads'][rank][n].zero_()
        while True:
            with counter.get_lock():
                at = counter.value
                counter.value += 1
            if at >= args.accumulate:
                break
            ids, weight = data.get(step * args.accumulate + at)
            with torch.autocast('cpu', torch.bfloat16):
                total, count = loss_of(model, ids, weight)
            total.backward()
            info[rank, 0] += float(total.detach())
            info[rank, 1] += count
            info[rank, 2] += ids.numel()
        barrier.wait()
        weights_sum = float(info[:, 1].sum())
        speed = float(shared['speed'])
        with torch.no_grad():
            for part in mine:
                g = torch.stack([gradient(n, args, shared, weights_sum) for n in part])
                buffer = torch.stack([state['m.' + n] for n in part]).lerp_(g, 0.05)
                update = orthogonal(g.lerp(buffer, 0.95))
                scale = args.muon * speed * max(1, g.shape[-2] / g.shape[-1]) ** 0.5
                for i, n in enumerate(part):
                    state['m.' + n].copy_(buffer[i])
                    shared['weights'][n].mul_(1 - speed * args.muon * args.decay).add_(update[i], alpha=-scale)
                    shared['average'][n].lerp_(shared['weights'][n], 1 - args.average)
            for n in vectors:
                g = gradient(n, args, shared, weights_sum)
                m, v = state['m.' + n].lerp_(g, 0.1), state['v.' + n].lerp_(g * g, 0.05)
                t = step + 1
                shared['weights'][n].addcdiv_(
                    m / (1 - 0.9**t), (v / (1 - 0.95**t)).sqrt_().add_(1e-10), value=-args.adam * speed
                )
                shared['average'][n].lerp_(shared['weights'][n], 1 - args.average)
            for n in [n for part in mine for n in part] + vectors:
                if n in shared['fixed']:
                    keep(n, speed * args.circuit, 1 - args.average, shared)
        if rank == 0:
            seen += int(info[:, 2].sum())
            loss = float(info[:, 0].sum()) / weights_sum
        barrier.wait()
        if rank == 0:
            if (step + 1) % 10 == 0:
                heldout = evaluate(smooth, held) if (step + 1) % 100 == 0 else None
                shown = '' if heldout is None else f'{heldout:.4f}'
                tokens = (step + 1 - args.first) and seen
                line = f'{step + 1},{tokens},{loss:.4f},{shown},{speed:.4f},{time.time() - started:.0f}'
                print(line, flush=True)
                log.write(line + '\n')
                log.flush()
            if (step + 1) % args.save == 0 or step + 1 == (args.stop or args.steps):
                save(args, shared, step + 1)


def gradient(name: str, args, shared: dict, weights_sum: float) -> torch.Tensor:
    """The mean gradient of a tensor's free part; the circuit's share goes into the circuit's own (relative) Adam."""
    g = sum(shared['grads'][w][name] for w in range(args.workers)) / weights_sum
    if name in shared['fixed']:
        where, _ = shared['fixed'][name]
        if args.circuit:
            shared['state']['cm.' + name].lerp_(g, 0.05)
            shared['state']['cv.' + name].lerp_(g * g, 0.01)
        g = g.masked_fill(where, 0)
    return g


def keep(name: str, step: float, share: float, shared: dict) -> None:
    """Puts the circuit's numbers back after an update of all; with a rate they too learn, each by a share of its size.
    Zeros stay zeros.
    """
    where, value = shared['fixed'][name]
    if step:
        size = value.abs()
        mean = size.sum() / (size > 0).sum().clamp(min=1)
        change = shared['state']['cm.' + name] / (shared['state']['cv.' + name].sqrt() + 1e-9)
        value.sub_(torch.where(size > 0, size.clamp(min=0.3 * float(mean)), size) * change.clamp(-3, 3) * step)
    smooth = shared['average'][name].lerp(value, share) if step else value
    shared['weights'][name].copy_(torch.where(where, value, shared['weights'][name]))
    shared['average'][name].copy_(torch.where(where, smooth, shared['average'][name]))


def evaluate(model: Nano, held: Batches) -> float:
    """Mean loss of assistant tokens on the first held-out batches."""
    total = count = 0.0
    with torch.no_grad(), torch.autocast('cpu', torch.bfloat16):
        for index in range(8):
            ids, weight = held.get(index)
            a, b = loss_of(model, ids, (weight >= 1).float())
            total, count = total + float(a), count + b
    return total / count


def save(args, shared: dict, step: int) -> None:
    path = f'{args.out}/last.pt'
    torch.save(
        {
            'config': args.config,
            'step': step,
            'weights': shared['weights'],
            'average': shared['average'],
            'state': shared['state'],
            'fixed': shared['fixed'],
        },
        path + '.part',
    )
    os.replace(path + '.part', path)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('--data', required=True)
    parser.add_argument('--heldout', required=True)
    parser.add_argument('--out', required=True)
    parser.add_argument('--steps', type=int, default=2000)
    parser.add_argument('--stop', type=int, help='end this call after so many of the steps')
    parser.add_argument('--micro', type=int, default=1536, help='tokens per micro-batch')
    parser.add_argument('--accumulate', type=int, default=4, help='micro-batches per step')
    parser.add_argument('--workers', type=int, default=2)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--muon', type=float, default=0.012)
    parser.add_argument('--adam', type=float, default=0.003)
    parser.add_argument('--decay', type=float, default=0.1)
    parser.add_argument('--tail', type=float, default=0.6, help='share of the steps in which the rate falls')
    parser.add_argument('--until', type=float, help='fall by the clock instead, to nothing at this Unix time')
    parser.add_argument('--since', type=float, help='Unix time at which that line is at 1')
    parser.add_argument(
        '--average', type=float, default=0.99, help='weights are averaged over about 1 / (1 - this) steps'
    )
    parser.add_argument(
        '--circuit',
        type=float,
        default=0.0,
        help='rate at which the built-in circuit learns too, as a share of its numbers',
    )
    parser.add_argument(
        '--compile', action='store_true', help='compile the forward pass (needs a C++ compiler): a fifth faster'
    )
    parser.add_argument('--save', type=int, default=100)
    parser.add_argument('--layers', type=int, default=6)
    parser.add_argument(
        '--init', help='checkpoint whose weights start a new run; layers it lacks start as the identity'
    )
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    torch.manual_seed(args.seed)
    from chat import load_tokenizer

    args.config = Config(vocab=load_tokenizer().get_vocab_size(), layers=args.layers).to_dict()
    args.first, saved = 0, None
    if os.path.exists(f'{args.out}/last.pt'):
        saved = torch.load(f'{args.out}/last.pt')
        args.config, args.first = saved['config'], saved['step']
    model = Nano(Config(**args.config))
    weights = saved['weights'] if saved else {n: p.data.clone() for n, p in model.named_parameters()}
    if args.init and not saved:
        for name, tensor in torch.load(args.init)['weights'].items():
            weights[name].copy_(tensor)
    state = saved['state'] if saved else {k + n: torch.zeros_like(p) for n, p in weights.items() for k in ('m.', 'v.')}
    average = {n: t.clone() for n, t in ((saved or {}).get('average') or weights).items()}
    fixed = (saved or {}).get('fixed') or {}
    for n, (where, value) in fixed.items():
        fixed[n] = (where.share_memory_(), (value * where).share_memory_())
        for k in ('cm.', 'cv.') if args.circuit else ():
            state.setdefault(k + n, torch.zeros_like(value))
    grads = [{n: torch.zeros_like(p) for n, p in weights.items()} for _ in range(args.workers)]
    for tensors in (weights, average, state, *grads):
        for t in tensors.values():
            t.share_memory_()
    shared = {
        'fixed': fixed,
        'weights': weights,
        'average': average,
        'state': state,
        'grads': grads,
        'speed': torch.zeros(()).share_memory_(),
        'info': torch.zeros(args.workers, 3).share_memory_(),
    }
    print('parameters', sum(p.numel() for p in weights.values()), 'from step', args.first, flush=True)
    context = mp.get_context('spawn')
    barrier, counter = context.Barrier(args.workers), context.Value('i', 0)
    mp.set_sharing_strategy('file_system')
    processes = [context.Process(target=worker, args=(r, args, shared, barrier, counter)) for r in range(args.workers)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()


if __name__ == '__main__':
    main()
