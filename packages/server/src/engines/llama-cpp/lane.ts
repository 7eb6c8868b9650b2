/**
 * A scheduling lane: one sequence of the llama.cpp context and the job that runs on it. A step evaluates a piece of the
 * prompt or draws one token. Invariant: between steps the state is a prefix of prompt and answer, so that the next job
 * can reuse it.
 */
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import type { GenerateEvent, PromptToken, TokenLogprob } from '../language-model.ts';
import { copyState } from './copy-state.ts';
import { toEvaluateOptions } from './evaluate-options.ts';
import type { Job } from './job.ts';
import type { LogitReading, LogitTap } from './logit-tap.ts';
import type { Pace } from './pace.ts';
import { alignDown, BLOCK_TOKENS, cutPiece, keepPrefix } from './prompt-pieces.ts';

/** One step of a lane. */
export interface Step {
  /** Tokens of the prompt to evaluate, from `nextPiece`; 0 = draw a token. */
  piece: number;
  /** Whether this lane is the only one in the batch. */
  alone: boolean;
}

export type Emit = (id: number, event: GenerateEvent) => void;

export interface LaneOptions {
  emit: Emit;
  /** Reads the model's distribution before sampling options apply. */
  tap: LogitTap;
  /** Converts a reading to the type of the door. */
  describe(reading: LogitReading): TokenLogprob;
  /** Whether this machine evaluates prompts in whole blocks, see prompt-pieces.ts. */
  blocks: boolean;
  /** Limits how many tokens a step scores: each needs several passes over the vocabulary. */
  scoring: Pace;
  /** Called when an evaluation starts, for which the binding allocates a sampler. */
  onEvaluation(): void;
}

/** Weight of a dropped token of state against a reused one: most conversations do not continue. */
const LOSS_WEIGHT = 0.25;

export class Lane {
  readonly #sequence: LlamaContextSequence;
  readonly #options: LaneOptions;
  #job: Job | undefined;
  #pending: Token[] = [];
  /** Length of the last prompt, with which the state starts. */
  #promptTokens = 0;
  /**
   * Length of the state's prefix that was evaluated exactly as for a seeded job: prompt tokens, in blocks of four,
   * alone.
   */
  #exact = 0;
  #tokens: AsyncGenerator<Token, void> | undefined;
  /** Tokens of the answer. */
  #answered: Token[] = [];
  /** Readings of the last step, in order. */
  #readings: LogitReading[] = [];
  /** Prompt tokens that have been scored. */
  #scored: PromptToken[] = [];
  /** Whether `start` was emitted. */
  #isStarted = false;

  constructor(sequence: LlamaContextSequence, options: LaneOptions) {
    this.#sequence = sequence;
    this.#options = options;
  }

  get job(): Job | undefined {
    return this.#job;
  }

  /** Number of prompt tokens that are not evaluated yet. */
  get promptLeft(): number {
    return this.#pending.length;
  }

  /**
   * Returns the number of tokens of `prompt` that the state has already, less the weighted number of tokens of state
   * that would be dropped.
   */
  gain(prompt: Token[]): number {
    const shared = this.#sequence.compareContextTokens(prompt).firstDifferentIndex;
    return shared - LOSS_WEIGHT * (this.#sequence.nextTokenIndex - shared);
  }

  /** Number of tokens of a job's prompt that the state has and the job may reuse. */
  known({ prompt, sampling, scoredFrom }: Job): number {
    // Scored tokens must be evaluated.
    if (scoredFrom !== undefined) return 0;
    const same = this.#sequence.compareContextTokens(prompt).firstDifferentIndex;
    return sampling.seed === undefined ? same : Math.min(same, this.#exact);
  }

  /** Same, after the prompt that is being read; 0 = no prompt is being read. */
  coming({ prompt, sampling, scoredFrom }: Job): number {
    const reading = this.#pending.length === 0 ? undefined : this.#job;
    if (reading === undefined || scoredFrom !== undefined) return 0;
    if (sampling.seed !== undefined && reading.sampling.seed === undefined) return 0;
    const differs = reading.prompt.findIndex((token, at) => token !== prompt[at]);
    return differs < 0 ? reading.prompt.length : differs;
  }

  /**
   * Returns the number of prompt tokens that the next step evaluates, at most `maxTokens`; 0 = none. If a block is
   * longer than that, an unseeded job reads a part of it, and a seeded job waits until it is `first`.
   */
  nextPiece(maxTokens: number, first: boolean): number {
    const seeded = this.#job?.sampling.seed !== undefined;
    const most = seeded && first && this.#atBlock ? Math.max(maxTokens, BLOCK_TOKENS) : maxTokens;
    const blocks = this.#options.blocks && (seeded || most >= BLOCK_TOKENS);
    const piece = cutPiece({ position: this.#sequence.nextTokenIndex, left: this.#pending.length, most, blocks });
    return this.#job?.scoredFrom === undefined ? piece : Math.min(piece, this.#options.scoring.budget(0));
  }

  /**
   * Starts a job: drops the state that it does not share and emits `start`, unless the prompt has to be scored first.
   * `donor`: the lane whose state to copy first.
   */
  async begin(job: Job, donor?: Pick<Lane, 'known'>): Promise<void> {
    this.#job = job;
    if (donor instanceof Lane) await this.#copyFrom(donor);
    this.#answered = [];
    this.#scored = [];
    this.#isStarted = false;
    const { prompt, scoredFrom } = job;
    const { length } = prompt;
    const { blocks } = this.#options;
    const kept = keepPrefix({ shared: this.known(job), length, previous: this.#promptTokens, blocks });
    this.#promptTokens = length;
    await this.#sequence.adaptStateToTokens(prompt.slice(0, kept), false);
    this.#exact = Math.min(this.#exact, this.#sequence.nextTokenIndex);
    this.#pending = prompt.slice(this.#sequence.nextTokenIndex);
    if (scoredFrom === undefined) this.#emitStart(job, length - this.#pending.length);
    else if (scoredFrom === 0) this.#scored.push(this.#describeFirst(prompt));
  }

  /** Evaluates a piece of the prompt or draws a token. Resolves with true when the job has finished. */
  async step({ piece, alone }: Step): Promise<boolean> {
    const job = this.#job;
    if (job === undefined) return true;
    // The last prompt token need not be evaluated if no token may be drawn.
    if (job.maxTokens === 0 && (job.scoredFrom === undefined || this.#pending.length <= 1))
      return this.#finish(job, 'length');
    if (this.#pending.length > piece || job.maxTokens === 0) {
      const tokens = this.#pending.slice(0, Math.min(piece, this.#pending.length - 1));
      this.#note(tokens.length, alone);
      this.#watch(job, tokens.length);
      this.#pending = this.#pending.slice(tokens.length);
      this.#options.onEvaluation();
      const started = performance.now();
      await this.#sequence.evaluateWithoutGeneratingNewTokens(tokens);
      if (job.scoredFrom !== undefined) this.#options.scoring.record(tokens.length, performance.now() - started);
      this.#score(job);
      return false;
    }
    this.#watch(job, this.#pending.length);
    if (this.#tokens === undefined) {
      this.#note(this.#pending.length, alone);
      this.#options.onEvaluation();
      this.#tokens = this.#sequence.evaluate(
        this.#pending,
        toEvaluateOptions(job, this.#sequence.model, this.#answered),
      );
      this.#pending = [];
    }
    const { value, done } = await this.#tokens.next();
    const drawn = job.topLogprobs === undefined ? undefined : this.#readings.pop();
    this.#score(job);
    if (done === true || value === undefined) return this.#finish(job, 'stop');
    return this.#take(job, value, drawn === undefined ? undefined : this.#options.describe(drawn));
  }

  /** Whether a seeded job would evaluate a whole block next. */
  get #atBlock(): boolean {
    const aligned = this.#sequence.nextTokenIndex % BLOCK_TOKENS === 0;
    return this.#options.blocks && aligned && this.#pending.length >= BLOCK_TOKENS;
  }

  async #copyFrom(donor: Lane): Promise<void> {
    const copied = await copyState(donor.#sequence, this.#sequence);
    this.#exact = copied ? donor.#exact : 0;
    this.#promptTokens = copied ? donor.#promptTokens : 0;
  }

  /** Updates `#exact` for the next `count` tokens of the prompt. */
  #note(count: number, alone: boolean): void {
    const position = this.#sequence.nextTokenIndex;
    const asSeeded = alone && (!this.#atBlock || count === BLOCK_TOKENS);
    if (asSeeded && this.#exact === position) this.#exact = alignDown(position + count);
  }

  /** Sets up the readings for the next `count` prompt tokens and for drawn tokens, as far as the job needs them. */
  #watch({ prompt, scoredFrom, topLogprobs }: Job, count: number): void {
    const { tap } = this.#options;
    this.#readings = [];
    if (topLogprobs === undefined && scoredFrom === undefined) return;
    const from = prompt.length - this.#pending.length;
    const following = scoredFrom === undefined ? [] : prompt.slice(from + 1, from + 1 + count);
    const found = (reading: LogitReading) => this.#readings.push(reading);
    tap.watch = { following, drawn: topLogprobs !== undefined, top: topLogprobs ?? 0, found };
  }

  #score({ scoredFrom }: Job): void {
    if (scoredFrom !== undefined && !this.#isStarted)
      this.#scored.push(...this.#readings.map((reading) => this.#options.describe(reading)));
  }

  #describeFirst(prompt: Token[]): PromptToken {
    const [token] = prompt;
    if (token === undefined) throw new Error('the prompt has no tokens');
    return { ...this.#options.describe({ token, logprob: 0, top: [] }), logprob: null };
  }

  #emitStart({ id, prompt, scoredFrom }: Job, cachedTokens: number): void {
    this.#isStarted = true;
    const scored = scoredFrom === undefined ? {} : { prompt: this.#scored };
    this.#options.emit(id, { type: 'start', promptTokens: prompt.length, cachedTokens, ...scored });
  }

  /** Removes the job, finished or not. `broken` = the state is invalid and is dropped. */
  async end(broken: boolean): Promise<void> {
    this.#job = undefined;
    this.#pending = [];
    this.#options.tap.watch = undefined;
    await this.#tokens?.return();
    this.#tokens = undefined;
    if (!broken) return;
    this.#exact = 0;
    await this.#sequence.clearHistory();
  }

  #take(job: Job, token: Token, logprob: TokenLogprob | undefined): boolean {
    if (!this.#isStarted) this.#emitStart(job, 0);
    this.#answered.push(token);
    const { events, ended } = job.answer.push(token, logprob);
    for (const event of events) this.#options.emit(job.id, event);
    if (ended) return this.#finish(job, 'stop');
    return this.#answered.length >= job.maxTokens && this.#finish(job, 'length');
  }

  #finish(job: Job, reason: 'stop' | 'length'): true {
    if (!this.#isStarted) this.#emitStart(job, 0);
    const { id, answer } = job;
    for (const event of answer.flush()) this.#options.emit(id, event);
    this.#options.emit(id, { type: 'finish', reason: reason === 'stop' && answer.called ? 'tool_calls' : reason });
    return true;
  }
}
