/**
 * The engine's loop. Each round is one batch: one token for every lane that decodes and a piece of prompt for every lane that reads; and
 * then a batch of its own for every seeded job, because how a batch is computed depends on its size, and so do the last digits of logits.
 * While somebody waits for an answer, lines of a batch stand still but for a small share of the time (batch-share.ts).
 * Invariants: a lane is given back in every path; a round is short (see pace.ts), so cancelling and arriving take effect within one.
 */
import { BatchShare } from './batch-share.ts';
import type { Job } from './job.ts';
import type { Lane, Step } from './lane.ts';
import { createPace, type Pace } from './pace.ts';

/** What the loop needs of a lane. */
export type RoundLane = Pick<
  Lane,
  'job' | 'promptLeft' | 'nextPiece' | 'gain' | 'known' | 'coming' | 'begin' | 'step' | 'end'
>;

/** Tokens of a prompt that are worth a copy of another lane's state, or a wait until they are read. */
const WORTH_TOKENS = 128;
/** Fewer are not waited for: a state is built on in fours. */
const LAST_TOKENS = 8;
/** Whoever was served may come again: so long rounds of batches alone are short, for whoever comes waits for one. */
const QUIET_MS = 1000;
const SHORT_ROUND_MS = 20;

export interface RoundsOptions {
  lanes: readonly RoundLane[];
  batchTokens: number;
  /** What a token of a prompt takes where nothing else wants the processor. Default: unknown. */
  tokenMs?: number;
  fail(id: number, error: unknown): void;
  /** Called while the engine's threads work on a batch, and once when there is nothing more to do: time to send what was emitted. */
  meanwhile(): void;
  /** Milliseconds, monotonic; for tests. */
  now?: () => number;
}

export class Rounds {
  readonly #options: RoundsOptions;
  readonly #pace: Pace;
  readonly #share = new BatchShare();
  readonly #now: () => number;
  /** When somebody was last served who is no line of a batch. */
  #servedAt = Number.NEGATIVE_INFINITY;
  readonly #byLastUse: RoundLane[];
  /** In the order in which they may read: who has read goes to the end. */
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

  /** Decodes the job as soon as a lane is free. */
  add(job: Job): void {
    this.#waiting.push(job);
    void this.#run();
  }

  /** Stops a job, wherever it is. Unknown ids are ignored: it may have finished meanwhile. */
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
      await this.#advance(batch, this.#now() - this.#servedAt < QUIET_MS ? SHORT_ROUND_MS : undefined);
      return true;
    }
    this.#servedAt = this.#now();
    this.#share.earn(await this.#advance(online));
    // As little as can be read: whoever is served waits for it.
    if (batch.length > 0 && this.#share.due) this.#share.spend(await this.#advance(batch, 0));
    return true;
  }

  /** One step for those of `lanes` that write, and for those that read as far as `roundMs` goes. Resolves with the time it took, ms. */
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
    // What scored tokens cost says nothing about others; their own pace is kept by the lanes.
    if (!pieces.keys().some(isScored)) this.#pace.record(read, elapsedMs);
    return elapsedMs;
  }

  async #batch(lanes: readonly RoundLane[], pieces: ReadonlyMap<RoundLane, number>): Promise<void> {
    if (lanes.length === 0) return;
    const alone = lanes.length === 1;
    const steps = lanes.map((lane) => this.#step(lane, { piece: pieces.get(lane) ?? 0, alone }));
    // Twice: the first turn of the loop hands the batch to the engine's threads, the second one finds them at work.
    setImmediate(() => setImmediate(this.#options.meanwhile));
    await Promise.all(steps);
  }

  /**
   * Which of `lanes` read how much of their prompts in this round: in turn, as far as the budget goes. A prompt that is scored is read
   * by itself: its tokens are far dearer than those the budget is counted in.
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
      // What a line of a batch leaves is of no use to a conversation, so that the next one may have its lane.
      if (!job.batch) moveToEnd(this.#byLastUse, lane);
      try {
        await lane.begin(job, donor);
      } catch (error) {
        await this.#failLane(lane, error);
      }
    }
  }

  /** The free lane whose state helps most; where none helps, the one that was not used for longest. */
  #chooseLane(job: Job): RoundLane | undefined {
    const free = this.#byLastUse.filter((lane) => lane.job === undefined);
    const gains = free.map((lane) => lane.gain(job.prompt));
    const best = Math.max(...gains);
    return best > 0 ? free[gains.indexOf(best)] : free[0];
  }

  /** The busy lane whose state to copy, where that saves much; `later` = one is about to read what this job begins with. */
  #chooseDonor(job: Job, lane: RoundLane): RoundLane | 'later' | undefined {
    const busy = this.#options.lanes.filter((other) => other.job !== undefined);
    const enough = lane.known(job) + WORTH_TOKENS;
    const best = busy.toSorted((a, b) => b.known(job) - a.known(job))[0];
    const known = best?.known(job) ?? 0;
    // Nobody waits for a line of a batch, which stands still for whoever comes.
    const readers = busy.filter((other) => job.batch || !isBatch(other));
    const awaited = Math.max(0, ...readers.map((other) => other.coming(job)));
    if (awaited >= enough && awaited >= known + LAST_TOKENS) return 'later';
    return known >= enough ? best : undefined;
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
