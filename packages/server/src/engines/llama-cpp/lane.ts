/**
 * One sequence of the context and the request that is decoded on it. A lane advances one step per round: a piece of its prompt, or one
 * token. Invariant: between steps the sequence's state is a prefix of its prompt and answer, so that the next request can build on it.
 */
import type { LlamaContextSequence, SequenceEvaluateOptions, Token } from 'node-llama-cpp';
import type { GenerateEvent, Sampling } from '../language-model.ts';
import type { AnswerText } from './answer-text.ts';

/** A request, ready to be decoded. */
export interface Job {
  id: number;
  prompt: Token[];
  sampling: Sampling;
  /** Most completion tokens, already limited to what the context leaves. */
  room: number;
  answer: AnswerText<Token>;
}

export type Emit = (id: number, event: GenerateEvent) => void;

export interface Lane {
  readonly job: Job | undefined;
  /** Prompt tokens that are not evaluated yet. */
  readonly promptLeft: number;
  /** How many of `tokens` the state that is already here begins with. */
  sharedPrefix(tokens: Token[]): number;
  /** Seats a job: drops the state that it does not share and emits `start`. */
  begin(job: Job): Promise<void>;
  /** One step. Resolves true when the job is finished. */
  step(promptTokens: number): Promise<boolean>;
  /** Takes the job off the lane, finished or not; `broken` = its state cannot be trusted. */
  end(broken: boolean): Promise<void>;
}

const SEED_RANGE = 2 ** 32;

/** Any 53-bit integer becomes one of 32 bits; no seed becomes a random one (the engine's own default repeats within a second). */
export function toEngineSeed(seed: number | undefined): number {
  if (seed === undefined) return Math.floor(Math.random() * SEED_RANGE);
  const low = ((seed % SEED_RANGE) + SEED_RANGE) % SEED_RANGE;
  const high = Math.floor(seed / SEED_RANGE) | 0;
  return (low ^ Math.imul(high, 0x9e3779b1)) >>> 0;
}

/** The model's own distribution under temperature and nucleus, as the API has it: no top-k, no min-p, no penalties. */
export function toEvaluateOptions({ temperature, topP, seed }: Sampling): SequenceEvaluateOptions {
  // null leaves the top-k stage out; 0 would sort the whole vocabulary for every token, and leaving it away means 40.
  const topK = null as unknown as number;
  return { temperature, topP, topK, minP: 0, seed: toEngineSeed(seed) };
}

export function createLane(sequence: LlamaContextSequence, emit: Emit): Lane {
  let job: Job | undefined;
  let pending: Token[] = [];
  let tokens: AsyncGenerator<Token, void> | undefined;
  let sampled = 0;

  function finish({ id, answer }: Job, reason: 'stop' | 'length'): true {
    for (const event of answer.flush()) emit(id, event);
    emit(id, { type: 'finish', reason });
    return true;
  }

  function take(current: Job, token: Token): boolean {
    sampled += 1;
    const { events, ended } = current.answer.push(token);
    for (const event of events) emit(current.id, event);
    if (ended) return finish(current, 'stop');
    return sampled >= current.room && finish(current, 'length');
  }

  return {
    get job() {
      return job;
    },
    get promptLeft() {
      return pending.length;
    },
    sharedPrefix: (prompt) => sequence.compareContextTokens(prompt).firstDifferentIndex,
    async begin(next) {
      job = next;
      sampled = 0;
      // The last token is always evaluated: its logits are what the answer is drawn from.
      await sequence.adaptStateToTokens(next.prompt.slice(0, -1), false);
      pending = next.prompt.slice(sequence.nextTokenIndex);
      const cachedTokens = next.prompt.length - pending.length;
      emit(next.id, { type: 'start', promptTokens: next.prompt.length, cachedTokens });
    },
    async step(promptTokens) {
      if (job === undefined) return true;
      if (job.room === 0) return finish(job, 'length');
      if (pending.length > promptTokens) {
        const piece = pending.slice(0, promptTokens);
        pending = pending.slice(promptTokens);
        await sequence.evaluateWithoutGeneratingNewTokens(piece);
        return false;
      }
      if (tokens === undefined) {
        tokens = sequence.evaluate(pending, toEvaluateOptions(job.sampling));
        pending = [];
      }
      const { value, done } = await tokens.next();
      return done === true || value === undefined ? finish(job, 'stop') : take(job, value);
    },
    async end(broken) {
      job = undefined;
      pending = [];
      await tokens?.return();
      tokens = undefined;
      if (broken) await sequence.clearHistory();
    },
  };
}
