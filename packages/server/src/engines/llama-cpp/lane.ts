/**
 * One sequence of the context and the request that is decoded on it. A lane advances one step per round: a piece of its prompt, or one
 * token. Invariant: between steps the sequence's state is a prefix of its prompt and answer, so that the next request can build on it.
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
  /** Tokens of the prompt to read, as `nextPiece` said; 0 = draw a token. */
  piece: number;
  /** Whether nobody else is in the batch. */
  alone: boolean;
}

export type Emit = (id: number, event: GenerateEvent) => void;

export interface LaneOptions {
  emit: Emit;
  /** Tells the model's own distribution. */
  tap: LogitTap;
  /** A reading in the words of the door. */
  describe(reading: LogitReading): TokenLogprob;
  /** Whether this machine reads prompts in whole blocks. */
  blocks: boolean;
  /** How many tokens are scored at once: each takes a few passes over the vocabulary. */
  scoring: Pace;
  /** Called when an evaluation begins, which makes the binding allocate a sampler. */
  onEvaluation(): void;
}

/** Worth of a dropped token of state, in tokens that need not be evaluated. */
const LOSS_WEIGHT = 0.25;
export class Lane {
  readonly #sequence: LlamaContextSequence;
  readonly #options: LaneOptions;
  #job: Job | undefined;
  #pending: Token[] = [];
  /** Tokens of the last prompt, which the state begins with. */
  #promptTokens = 0;
  /** Tokens of the state, from its beginning, that were read as any seeded request would read them: from a prompt, in fours, alone. */
  #exact = 0;
  #tokens: AsyncGenerator<Token, void> | undefined;
  /** Tokens of the answer so far. */
  #answered: Token[] = [];
  /** What the last step read, in order. */
  #readings: LogitReading[] = [];
  /** The prompt's tokens that are scored by now. */
  #scored: PromptToken[] = [];
  /** Whether `start` was emitted. */
  #announced = false;

  constructor(sequence: LlamaContextSequence, options: LaneOptions) {
    this.#sequence = sequence;
    this.#options = options;
  }

  get job(): Job | undefined {
    return this.#job;
  }

  /** Prompt tokens that are not evaluated yet. */
  get promptLeft(): number {
    return this.#pending.length;
  }

  /**
   * What seating `prompt` here would save (tokens that the state has already) less what it would lose (tokens of state dropped, which
   * only count in part: most conversations do not go on).
   */
  gain(prompt: Token[]): number {
    const shared = this.#sequence.compareContextTokens(prompt).firstDifferentIndex;
    return shared - LOSS_WEIGHT * (this.#sequence.nextTokenIndex - shared);
  }

  /** Tokens of a job's prompt that the state has, and that the job may build on. */
  known({ prompt, sampling, scoredFrom }: Job): number {
    // What is scored must be evaluated.
    if (scoredFrom !== undefined) return 0;
    const same = this.#sequence.compareContextTokens(prompt).firstDifferentIndex;
    return sampling.seed === undefined ? same : Math.min(same, this.#exact);
  }

  /** The same, once the prompt that is being read is read; 0 = none is. */
  coming({ prompt, sampling, scoredFrom }: Job): number {
    const reading = this.#pending.length === 0 ? undefined : this.#job;
    if (reading === undefined || scoredFrom !== undefined) return 0;
    if (sampling.seed !== undefined && reading.sampling.seed === undefined) return 0;
    const differs = reading.prompt.findIndex((token, at) => token !== prompt[at]);
    return differs < 0 ? reading.prompt.length : differs;
  }

  /**
   * Tokens of the prompt that the next step would read if the round had room for `most`; 0 = none. Where a block is too long for a round,
   * a request without a seed reads less of it, and one with a seed waits until it is `first`.
   */
  nextPiece(most: number, first: boolean): number {
    const seeded = this.#job?.sampling.seed !== undefined;
    const room = seeded && first && this.#atBlock ? Math.max(most, BLOCK_TOKENS) : most;
    const blocks = this.#options.blocks && (seeded || room >= BLOCK_TOKENS);
    const piece = cutPiece({ position: this.#sequence.nextTokenIndex, left: this.#pending.length, most: room, blocks });
    return this.#job?.scoredFrom === undefined ? piece : Math.min(piece, this.#options.scoring.budget(0));
  }

  /**
   * Seats a job: drops the state that it does not share and emits `start`, unless the prompt is to be scored first.
   * `donor`: whose state to build on instead of the own one.
   */
  async begin(job: Job, donor?: Pick<Lane, 'known'>): Promise<void> {
    this.#job = job;
    if (donor instanceof Lane) await this.#borrow(donor);
    this.#answered = [];
    this.#scored = [];
    this.#announced = false;
    const { prompt, scoredFrom } = job;
    const { length } = prompt;
    const { blocks } = this.#options;
    const kept = keepPrefix({ shared: this.known(job), length, previous: this.#promptTokens, blocks });
    this.#promptTokens = length;
    await this.#sequence.adaptStateToTokens(prompt.slice(0, kept), false);
    this.#exact = Math.min(this.#exact, this.#sequence.nextTokenIndex);
    this.#pending = prompt.slice(this.#sequence.nextTokenIndex);
    if (scoredFrom === undefined) this.#announce(job, length - this.#pending.length);
    else if (scoredFrom === 0) this.#scored.push(this.#describeFirst(prompt));
  }

  /** Reads a piece of the prompt, or draws a token. Resolves true when the job is finished. */
  async step({ piece, alone }: Step): Promise<boolean> {
    const job = this.#job;
    if (job === undefined) return true;
    // Behind the prompt's last token nothing is wanted if nothing may be drawn.
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

  /** Whether a seeded request would read a whole block now. */
  get #atBlock(): boolean {
    const aligned = this.#sequence.nextTokenIndex % BLOCK_TOKENS === 0;
    return this.#options.blocks && aligned && this.#pending.length >= BLOCK_TOKENS;
  }

  async #borrow(donor: Lane): Promise<void> {
    const copied = await copyState(donor.#sequence, this.#sequence);
    this.#exact = copied ? donor.#exact : 0;
    this.#promptTokens = copied ? donor.#promptTokens : 0;
  }

  /** Remembers how the next `count` tokens of the prompt are read. */
  #note(count: number, alone: boolean): void {
    const position = this.#sequence.nextTokenIndex;
    const asSeeded = alone && (!this.#atBlock || count === BLOCK_TOKENS);
    if (asSeeded && this.#exact === position) this.#exact = alignDown(position + count);
  }

  /** Reads along what the job wants to know of the next `count` tokens of its prompt, and of what is drawn. */
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
    if (scoredFrom !== undefined && !this.#announced)
      this.#scored.push(...this.#readings.map((reading) => this.#options.describe(reading)));
  }

  #describeFirst(prompt: Token[]): PromptToken {
    const [token] = prompt;
    if (token === undefined) throw new Error('the prompt has no tokens');
    return { ...this.#options.describe({ token, logprob: 0, top: [] }), logprob: null };
  }

  #announce({ id, prompt, scoredFrom }: Job, cachedTokens: number): void {
    this.#announced = true;
    const scored = scoredFrom === undefined ? {} : { prompt: this.#scored };
    this.#options.emit(id, { type: 'start', promptTokens: prompt.length, cachedTokens, ...scored });
  }

  /** Takes the job off the lane, finished or not; `broken` = its state cannot be trusted. */
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
    if (!this.#announced) this.#announce(job, 0);
    this.#answered.push(token);
    const { events, ended } = job.answer.push(token, logprob);
    for (const event of events) this.#options.emit(job.id, event);
    if (ended) return this.#finish(job, 'stop');
    return this.#answered.length >= job.maxTokens && this.#finish(job, 'length');
  }

  #finish(job: Job, reason: 'stop' | 'length'): true {
    if (!this.#announced) this.#announce(job, 0);
    const { id, answer } = job;
    for (const event of answer.flush()) this.#options.emit(id, event);
    this.#options.emit(id, { type: 'finish', reason: reason === 'stop' && answer.called ? 'tool_calls' : reason });
    return true;
  }
}
