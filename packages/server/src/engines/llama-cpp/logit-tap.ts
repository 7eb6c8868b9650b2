/**
 * Reads the model's own distribution for the tokens that a sequence evaluates, in the same pass. The sampler of the
 * answer is not affected. The binding offers this only for single draws without a grammar, so this file uses its
 * internals.
 * Invariants: without a watch nothing is read, at no cost; loading fails with a binding that lacks these internals.
 */
import type { LlamaContextSequence, Token } from 'node-llama-cpp';

export interface LogitReading {
  token: Token;
  /** Natural logarithm of the token's probability, at most 0. */
  logprob: number;
  /** The most likely tokens, most likely first. */
  top: { token: Token; logprob: number }[];
}

export interface LogitWatch {
  /** The token after each evaluated token. Positions beyond the end of the list are not read. */
  following: readonly Token[];
  /** Whether to read drawn tokens too. */
  drawn: boolean;
  /** Number of most likely tokens to read. */
  top: number;
  /** Called for each reading, in order, before the evaluation resolves. */
  found(reading: LogitReading): void;
}

export interface LogitTap {
  /** Receives the readings of later evaluations; undefined = nothing is read. */
  watch: LogitWatch | undefined;
}

type Draw = (batchLogitIndex: number, at: number) => Token | null | Promise<Token | null>;
type LogitFilter = [tokens: readonly Token[], max: boolean, min: boolean, selected: boolean, top: number];

interface Sampler {
  applyConfig(config: Readonly<Record<string, number>>): void;
}

/** The internals of the binding that are used here. */
interface Internals {
  _decodeTokens(
    tokens: Token[],
    logits: (true | undefined)[],
    ...rest: [priority: unknown, meter: unknown, shift: unknown, draw: Draw, after: unknown]
  ): Promise<unknown>;
  context: {
    _ctx: {
      sampleToken(
        batchLogitIndex: number,
        sampler: Sampler,
        probabilities: false,
        confidence: false,
        logits: LogitFilter,
        totalWeight: boolean,
      ): Promise<[Token, undefined, undefined, pairs?: number[], weight?: number]>;
    };
  };
  model: { _model: object; _llama: { _bindings: { AddonSampler: new (model: object) => Sampler } } };
}

/** Reads one position: `token` and the `top` most likely tokens. */
type Read = (batchLogitIndex: number, token: Token, top: number) => Promise<LogitReading>;

/** Creates a tap for each sequence of a context. */
export function createLogitTaps(
  sequences: readonly LlamaContextSequence[],
): { sequence: LlamaContextSequence; tap: LogitTap }[] {
  let read: Read | undefined;
  return sequences.map((sequence) => {
    const internals = sequence as unknown as Internals;
    const tap: LogitTap = { watch: undefined };
    read ??= createReader(internals);
    intercept(internals, tap, read);
    return { sequence, tap };
  });
}

function intercept(sequence: Internals, tap: LogitTap, read: Read): void {
  const decode = sequence._decodeTokens.bind(sequence);
  sequence._decodeTokens = (tokens, logits, ...[priority, meter, shift, draw, after]) => {
    const { watch } = tap;
    if (watch === undefined) return decode(tokens, logits, priority, meter, shift, draw, after);
    const { following, top, found } = watch;
    const wanted = tokens.map((_, at) => logits[at] ?? (following[at] === undefined ? undefined : true));
    const drawAndRead: Draw = async (batchLogitIndex, at) => {
      const drawn = logits[at] === true ? await draw(batchLogitIndex, at) : null;
      const token = following[at] ?? (watch.drawn ? drawn : null);
      if (token !== null && token >= 0) found(await read(batchLogitIndex, token, top));
      return drawn;
    };
    return decode(tokens, wanted, priority, meter, shift, drawAndRead, after);
  };
}

function createReader({ context, model }: Internals): Read {
  const { AddonSampler } = model._llama._bindings;
  const greedy = new AddonSampler(model._model);
  greedy.applyConfig({ temperature: 0, seed: 0 });
  const best = new AddonSampler(model._model);
  let last: Promise<unknown> = Promise.resolve();

  const readNow: Read = async (at, token, top) => {
    const wanted: LogitFilter = [[token], false, false, true, 0];
    const [likeliest, , , pairs, weight] = await context._ctx.sampleToken(at, greedy, false, false, wanted, true);
    const logits = toEntries(pairs);
    const logitOf = (id: Token) => logits.find((entry) => entry.token === id)?.logit;
    const [most, own] = [logitOf(likeliest), logitOf(token)];
    if (most === undefined || own === undefined || weight === undefined)
      throw new Error('the binding gave no logits where they were asked for');
    const logWeight = Math.log(weight);
    const toLogprob = (logit: number) => Math.min(0, logit - most - logWeight);
    const entries = top > 1 ? await readBest(at, top) : [{ token: likeliest, logit: most }].slice(0, top);
    return {
      token,
      logprob: toLogprob(own),
      top: entries.map((entry) => ({ token: entry.token, logprob: toLogprob(entry.logit) })),
    };
  };
  const readBest = async (at: number, top: number) => {
    // A top-k stage avoids sorting the whole vocabulary.
    best.applyConfig({ temperature: 1, topK: top, seed: 0 });
    const wanted: LogitFilter = [[], false, false, false, top];
    return toEntries((await context._ctx.sampleToken(at, best, false, false, wanted, false))[3]);
  };
  return async (at, token, top) => {
    // Reads one position at a time, because the sequences of a batch share the samplers.
    const reading = last.then(() => readNow(at, token, top));
    last = reading.catch(() => undefined);
    return await reading;
  };
}

function toEntries(pairs: readonly number[] = []): { token: Token; logit: number }[] {
  return Array.from({ length: pairs.length / 2 }, (_, i) => ({
    token: pairs[2 * i] as Token,
    logit: pairs[2 * i + 1] ?? Number.NEGATIVE_INFINITY,
  }));
}
