/**
 * The engine's loop. Each round evaluates one llama.cpp batch for all unseeded jobs: one token per decoding lane and a
 * piece of the prompt per reading lane. Each seeded job gets a separate batch, because the last digits of logits depend
 * on the size of the batch. While online jobs run, jobs of the Batch API are paused, apart from a small share of the
 * time (batch-share.ts).
 * Invariants: every path frees the lane; rounds are short (pace.ts), and new and cancelled jobs take effect after the
 * current one.
 */
import { BatchShare } from './batch-share.ts';
import type { Job } from './job.ts';
import type { Lane, Step } from './lane.ts';
import { createPace, type Pace } from './pace.ts';

/** The part of a lane that the loop uses. */
export type RoundLane = Pick<
  Lane,
  'job' | 'promptLeft' | 'nextPiece' | 'gain' | 'known' | 'coming' | 'begin' | 'step' | 'end'
>;

/** Minimum number of shared tokens for which copying another lane's state, or waiting for it, pays. */
const MIN_SHARED_TOKENS = 128;
/** Minimum number of additional tokens for which waiting pays: state is reused in blocks of four. */
const MIN_AWAITED_TOKENS = 8;
/**
 * For this long after an online job, rounds with batch jobs only stay short: the next online job would wait for a
 * round.
 */
const QUIET_MS = 1000;
const SHORT_ROUND_MS = 20;

export interface RoundsOptions {
  lanes: readonly RoundLane[];
  batchTokens: number;
  /** Time per prompt token on an idle processor. Default: unknown. */
  tokenMs?: number;
  fail(id: number, error: unknown): void;
  /**
   * Called while the engine's threads evaluate a batch, and when the loop becomes idle: the time to send emitted
   * events.
   */
  meanwhile(): void;
  /** Milliseconds, monotonic; for tests. */
  now?: () => number;
}

export class Rounds {
  readonly #options: RoundsOptions;
  readonly #pace: Pace;
  readonly #share = new BatchShare();
  readonly #now: () => number;
  /** Time of the last round with online jobs. */
  #onlineAt = Number.NEGATIVE_INFINITY;
  readonly #byLastUse: RoundLane[];
  /** Lanes in the order of their turns to read prompts: a lane that has read moves to the end. */
  readonly #readers: RoundLane[];
  readonly #waiting: Job[] = [];
  readonly #cancelled = new Set<number>();
  #running = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
    this.#pace = createPace(options);
    this.#now = options.now ?? (() => performance.now());
    this.#byLastUse = [...options.lanes];
    this.#readers = [...options.lanes];
  }

  /** Queues a job until a lane is free. */
  add(job: Job): void {
    this.#waiting.push(job);
    void this.#run();
  }

  /** Cancels a waiting or running job. Ignores unknown ids: the job may have finished in the meantime. */
  cancel(id: number): void {
    const at = this.#waiting.findIndex((job) => job.id === id);
    if (at >= 0) this.#waiting.splice(at, 1);
    else this.#cancelled.add(id);
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (await this.#round());
    this.#running = false;
    this.#options.meanwhile();
  }

  async #round(): Promise<boolean> {
    await this.#clearCancelled();
    await this.#seatWaiting();
    const active = this.#options.lanes.filter((lane) => lane.job !== undefined);
    if (active.length === 0) return false;
    const batch = active.filter(isBatch);
    const online = active.filter((lane) => !isBatch(lane));
    if (online.length === 0) {
      this.#share.reset();
      await this.#advance(batch, this.#now() - this.#onlineAt < QUIET_MS ? SHORT_ROUND_MS : undefined);
      return true;
    }
    this.#onlineAt = this.#now();
    this.#share.earn(await this.#advance(online));
    // A minimal round, because the online jobs wait for it.
    if (batch.length > 0 && this.#share.isDue) this.#share.spend(await this.#advance(batch, 0));
    return true;
  }

  /**
   * Advances decoding lanes by one token and reading lanes as far as `roundMs` allows. Resolves with the elapsed
   * milliseconds.
   */
  async #advance(lanes: readonly RoundLane[], roundMs?: number): Promise<number> {
    const decoding = lanes.filter((lane) => lane.promptLeft === 0);
    const pieces = this.#dealPieces(lanes, this.#pace.budget(decoding.length, roundMs));
    const read = pieces.values().reduce((sum, tokens) => sum + tokens, 0);
    const started = this.#now();
    const stepping = [...decoding, ...pieces.keys()];
    await this.#batch(
      stepping.filter((lane) => !isSeeded(lane)),
      pieces,
    );
    for (const lane of stepping.filter(isSeeded)) await this.#batch([lane], pieces);
    const elapsedMs = this.#now() - started;
    // Scored tokens are more expensive than others; the lanes measure their pace separately.
    if (!pieces.keys().some(isScored)) this.#pace.record(read, elapsedMs);
    return elapsedMs;
  }

  async #batch(lanes: readonly RoundLane[], pieces: ReadonlyMap<RoundLane, number>): Promise<void> {
    if (lanes.length === 0) return;
    const alone = lanes.length === 1;
    const steps = lanes.map((lane) => this.#step(lane, { piece: pieces.get(lane) ?? 0, alone }));
    // The first turn of the event loop hands the batch to the engine's threads; in the second one they are working.
    setImmediate(() => setImmediate(this.#options.meanwhile));
    await Promise.all(steps);
  }

  /**
   * Returns how many prompt tokens each reading lane reads in this round: in turn, up to the budget. A scored prompt is
   * read alone, because its tokens are far more expensive than the budget assumes.
   */
  #dealPieces(lanes: readonly RoundLane[], budget: number): Map<RoundLane, number> {
    const readers = this.#readers.filter((lane) => lanes.includes(lane) && lane.promptLeft > 0);
    const [first] = readers;
    const pieces = new Map<RoundLane, number>();
    let left = budget;
    for (const lane of readers) {
      if (lane !== first && (isScored(lane) || isScored(first))) continue;
      const tokens = lane.nextPiece(left, lane === first);
      if (tokens > 0) pieces.set(lane, tokens);
      left -= tokens;
    }
    for (const lane of pieces.keys()) moveToEnd(this.#readers, lane);
    return pieces;
  }

  async #step(lane: RoundLane, step: Step): Promise<void> {
    try {
      if (await lane.step(step)) await lane.end(false);
    } catch (error) {
      await this.#failLane(lane, error);
    }
  }

  async #seatWaiting(): Promise<void> {
    for (const job of this.#waiting.toSorted((a, b) => Number(a.batch) - Number(b.batch))) {
      const lane = this.#chooseLane(job);
      if (lane === undefined) return;
      const donor = this.#chooseDonor(job, lane);
      if (donor === 'later' || !this.#waiting.includes(job)) continue;
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
      // The state of a batch job is of no use to a conversation, so its lane stays first in line for reuse.
      if (!job.batch) moveToEnd(this.#byLastUse, lane);
      try {
        await lane.begin(job, donor);
      } catch (error) {
        await this.#failLane(lane, error);
      }
    }
  }

  /** Returns the free lane whose state saves most tokens, or the least recently used one if none saves any. */
  #chooseLane(job: Job): RoundLane | undefined {
    const free = this.#byLastUse.filter((lane) => lane.job === undefined);
    const gains = free.map((lane) => lane.gain(job.prompt));
    const best = Math.max(...gains);
    return best > 0 ? free[gains.indexOf(best)] : free[0];
  }

  /**
   * Returns the busy lane whose state to copy if that pays; `later` = a lane is about to read the beginning of this
   * prompt.
   */
  #chooseDonor(job: Job, lane: RoundLane): RoundLane | 'later' | undefined {
    const busy = this.#options.lanes.filter((other) => other.job !== undefined);
    const minKnown = lane.known(job) + MIN_SHARED_TOKENS;
    const best = busy.toSorted((a, b) => b.known(job) - a.known(job))[0];
    const known = best?.known(job) ?? 0;
    // Online jobs do not wait for batch jobs, which may be paused.
    const readers = busy.filter((other) => job.batch || !isBatch(other));
    const awaited = Math.max(0, ...readers.map((other) => other.coming(job)));
    if (awaited >= minKnown && awaited >= known + MIN_AWAITED_TOKENS) return 'later';
    return known >= minKnown ? best : undefined;
  }

  async #failLane(lane: RoundLane, error: unknown): Promise<void> {
    if (lane.job !== undefined) this.#options.fail(lane.job.id, error);
    await lane.end(true);
  }

  async #clearCancelled(): Promise<void> {
    for (const lane of this.#options.lanes) {
      if (lane.job !== undefined && this.#cancelled.has(lane.job.id)) await lane.end(false);
    }
    this.#cancelled.clear();
  }
}

const isBatch = ({ job }: RoundLane): boolean => job?.batch === true;

const isScored = (lane: RoundLane | undefined): boolean => lane?.job?.scoredFrom !== undefined;

const isSeeded = ({ job }: RoundLane): boolean => job?.sampling.seed !== undefined;

function moveToEnd<T>(list: T[], item: T): void {
  list.push(...list.splice(list.indexOf(item), 1));
}
