import type { Token } from 'node-llama-cpp';
import { describe, expect, it } from 'vitest';
import { defined } from '../../lib/defined.ts';
import { createAnswerText } from './answer-text.ts';
import type { Job } from './job.ts';
import type { Step } from './lane.ts';
import { type RoundLane, Rounds } from './rounds.ts';

const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

interface JobTraits {
  seed?: number;
  batch?: boolean;
  scored?: boolean;
}

function createJob(id: number, steps: number, { seed, batch = false, scored = false }: JobTraits = {}): Job {
  const answer = createAnswerText<Token>({ detokenize: () => '', promptTail: [], endOfTurn: [] });
  const unused = { grammar: undefined, topLogprobs: undefined, scoredFrom: scored ? 0 : undefined };
  const sampling = { temperature: 0, topP: 1, ...defined({ seed }) };
  return { id, batch, prompt: [], sampling, maxTokens: steps, answer, ...unused };
}

/** A lane whose steps the test completes. The steps of jobs in `failing` fail. */
class ManualLane implements RoundLane {
  job: Job | undefined;
  promptLeft = 0;
  readonly ended: { id: number | undefined; broken: boolean }[] = [];
  readonly #failing: ReadonlySet<number>;
  #steps = 0;
  #finishStep: (() => void) | undefined;

  /** Whether a step is running. */
  get isStepping(): boolean {
    return this.#finishStep !== undefined;
  }

  constructor(failing: readonly number[] = []) {
    this.#failing = new Set(failing);
  }

  gain = () => 0;

  /** Tokens that the lane shares with any prompt. */
  knownTokens = 0;
  comingTokens = 0;
  donor: RoundLane | undefined;

  known = () => this.knownTokens;

  coming = () => this.comingTokens;

  nextPiece = (most: number) => Math.min(most, this.promptLeft);

  async begin(job: Job, donor?: Parameters<RoundLane['begin']>[1]): Promise<void> {
    this.job = job;
    this.donor = donor as RoundLane | undefined;
    this.#steps = 0;
  }

  readonly read: number[] = [];

  readonly alone: boolean[] = [];

  async step({ piece, alone }: Step): Promise<boolean> {
    if (piece > 0) this.read.push(piece);
    this.alone.push(alone);
    await new Promise<void>((resolve) => {
      this.#finishStep = () => {
        this.#finishStep = undefined;
        resolve();
      };
    });
    if (this.job !== undefined && this.#failing.has(this.job.id)) throw new Error('the batch failed');
    this.#steps += 1;
    return this.#steps >= (this.job?.maxTokens ?? 0);
  }

  async end(broken: boolean): Promise<void> {
    this.ended.push({ id: this.job?.id, broken });
    this.job = undefined;
  }

  async finishStep(): Promise<void> {
    await settle();
    this.#finishStep?.();
    await settle();
  }
}

function run(lanes: readonly ManualLane[], now?: () => number) {
  const failed: number[] = [];
  const rounds = new Rounds({
    lanes,
    batchTokens: 64,
    fail: (id) => failed.push(id),
    meanwhile: () => undefined,
    ...defined({ now }),
  });
  return { rounds, failed };
}

describe('Rounds', () => {
  it('assigns a lane to the next job when a job finishes', async () => {
    const lane = new ManualLane();
    const { rounds } = run([lane]);
    rounds.add(createJob(1, 2));
    rounds.add(createJob(2, 1));
    await lane.finishStep();
    expect(lane.job?.id).toBe(1);
    await lane.finishStep();
    expect(lane.job?.id).toBe(2);
    await lane.finishStep();
    expect(lane.ended).toEqual([
      { id: 1, broken: false },
      { id: 2, broken: false },
    ]);
  });

  it('reads prompts in turn within the budget of a round while other jobs decode', async () => {
    const lanes = [new ManualLane(), new ManualLane(), new ManualLane()] as const;
    const [first, second, decoding] = lanes;
    first.promptLeft = 100;
    second.promptLeft = 100;
    const { rounds } = run(lanes);
    for (const id of [1, 2, 3]) rounds.add(createJob(id, 100));
    // Without measurements, a round has a budget of 32 tokens, which is enough for one of the two prompts.
    await settle();
    expect([first.read, second.read]).toEqual([[32], []]);
    await Promise.all([first, decoding].map((lane) => lane.finishStep()));
    expect([first.read.length, second.read.length]).toEqual([1, 1]);
    await Promise.all([second, decoding].map((lane) => lane.finishStep()));
    expect([first.read.length, second.read.length]).toEqual([2, 1]);
    expect(decoding.read).toEqual([]);
  });

  it('reads a scored prompt in a separate round, in turn with other jobs', async () => {
    const lanes = [new ManualLane(), new ManualLane(), new ManualLane()] as const;
    for (const lane of lanes) lane.promptLeft = 4;
    const { rounds } = run(lanes);
    for (const id of [1, 2, 3]) rounds.add(createJob(id, 100, { scored: id < 3 }));
    const read = () => lanes.map((lane) => lane.read.length);
    await settle();
    expect(read()).toEqual([1, 0, 0]);
    await lanes[0].finishStep();
    expect(read()).toEqual([1, 1, 0]);
    await lanes[1].finishStep();
    expect(read()).toEqual([1, 1, 1]);
    await lanes[2].finishStep();
    expect(read()).toEqual([2, 1, 1]);
  });

  it('runs every seeded job in a separate batch after the batch of the other jobs', async () => {
    const lanes = [new ManualLane(), new ManualLane(), new ManualLane(), new ManualLane()] as const;
    const { rounds } = run(lanes);
    for (const [id, seed] of [[1], [2, 7], [3], [4, 7]] as const)
      rounds.add(createJob(id, 1, seed === undefined ? {} : { seed }));
    const stepped = () => lanes.map((lane) => lane.alone);
    await settle();
    expect(stepped()).toEqual([[false], [], [false], []]);
    await Promise.all([lanes[0].finishStep(), lanes[2].finishStep()]);
    expect(stepped()).toEqual([[false], [true], [false], []]);
    await lanes[1].finishStep();
    expect(stepped()).toEqual([[false], [true], [false], [true]]);
    await lanes[3].finishStep();
    expect(lanes.map((lane) => lane.ended.length)).toEqual([1, 1, 1, 1]);
  });

  it('copies the state of a busy lane if that saves many tokens', async () => {
    const lanes = [new ManualLane(), new ManualLane(), new ManualLane()] as const;
    const { rounds } = run(lanes);
    rounds.add(createJob(1, 9));
    lanes[0].knownTokens = 500;
    lanes[1].knownTokens = 450;
    rounds.add(createJob(2, 9));
    await lanes[0].finishStep();
    expect(lanes[1].donor).toBeUndefined();
    rounds.add(createJob(3, 9));
    await Promise.all([lanes[0], lanes[1]].map((lane) => lane.finishStep()));
    expect(lanes[2].donor).toBe(lanes[0]);
  });

  it('delays a job until another job has read their common prefix', async () => {
    const lanes = [new ManualLane(), new ManualLane(), new ManualLane()] as const;
    const { rounds } = run(lanes);
    rounds.add(createJob(1, 9));
    lanes[0].comingTokens = 500;
    rounds.add(createJob(2, 9));
    await lanes[0].finishStep();
    expect(lanes.map((lane) => lane.job?.id)).toEqual([1, undefined, undefined]);
    lanes[0].comingTokens = 0;
    lanes[0].knownTokens = 500;
    await lanes[0].finishStep();
    expect([lanes[1].job?.id, lanes[1].donor]).toEqual([2, lanes[0]]);
  });

  it('pauses batch jobs while an online job waits for a decoding step, and resumes them afterwards', async () => {
    const lanes = [new ManualLane(), new ManualLane()] as const;
    const [line, chat] = lanes;
    const { rounds } = run(lanes, () => 0);
    rounds.add(createJob(1, 100, { batch: true }));
    await line.finishStep();
    await settle();
    expect(line.alone.length).toBe(2);
    rounds.add(createJob(2, 3));
    await line.finishStep();
    for (let step = 0; step < 3; step += 1) {
      expect([line.alone.length, chat.alone.length]).toEqual([2, step + 1]);
      await chat.finishStep();
    }
    expect(chat.ended.length).toBe(1);
    expect(line.alone.length).toBe(3);
  });

  it('gives batch jobs a twentieth of the time while an online job runs', async () => {
    const lanes = [new ManualLane(), new ManualLane()] as const;
    const [chat, line] = lanes;
    let clock = 0;
    // All rounds take the same time.
    const { rounds } = run(lanes, () => (clock += 20));
    rounds.add(createJob(1, 1000));
    rounds.add(createJob(2, 1000, { batch: true }));
    const order: string[] = [];
    for (let step = 0; step < 60; step += 1) {
      await settle();
      order.push(line.isStepping ? 'line' : 'chat');
      await (line.isStepping ? line : chat).finishStep();
    }
    const steps = order.flatMap((kind, at) => (kind === 'line' ? [at] : []));
    expect(steps.length).toBeGreaterThan(1);
    expect(steps.slice(1).map((at, i) => at - (steps[i] ?? 0))).toEqual(steps.slice(1).map(() => 20));
  });

  it('keeps rounds of batch jobs short for a second after an online job', async () => {
    const lane = new ManualLane();
    let clock = 5000;
    const { rounds } = run([lane], () => clock);
    rounds.add(createJob(1, 1));
    await lane.finishStep();
    lane.promptLeft = 100;
    rounds.add(createJob(2, 1, { batch: true }));
    await lane.finishStep();
    clock += 1000;
    rounds.add(createJob(3, 1, { batch: true }));
    await lane.finishStep();
    expect(lane.read).toEqual([8, 44]);
  });

  it('does not delay an online job for a common prefix that a batch job is about to read', async () => {
    const lanes = [new ManualLane(), new ManualLane()] as const;
    const { rounds } = run(lanes);
    rounds.add(createJob(1, 9, { batch: true }));
    await settle();
    lanes[0].comingTokens = 500;
    rounds.add(createJob(2, 9));
    await lanes[0].finishStep();
    expect(lanes[1].job?.id).toBe(2);
  });

  it('prefers lanes without conversations for batch jobs', async () => {
    const lanes = [new ManualLane(), new ManualLane()] as const;
    const { rounds } = run(lanes);
    for (const id of [1, 2, 3]) {
      rounds.add(createJob(id, 1, { batch: id > 1 }));
      await settle();
      await Promise.all(lanes.map((lane) => lane.finishStep()));
    }
    expect(lanes.map((lane) => lane.ended.map(({ id }) => id))).toEqual([[1], [2, 3]]);
  });

  it('removes a cancelled job from its lane after the running step', async () => {
    const lane = new ManualLane();
    const { rounds, failed } = run([lane]);
    rounds.add(createJob(1, 100));
    rounds.add(createJob(2, 100));
    await lane.finishStep();
    rounds.cancel(1);
    await lane.finishStep();
    expect(lane.job?.id).toBe(2);
    expect([lane.ended, failed]).toEqual([[{ id: 1, broken: false }], []]);
  });

  it('removes a cancelled job that waits for a lane', async () => {
    const lane = new ManualLane();
    const { rounds } = run([lane]);
    rounds.add(createJob(1, 1));
    rounds.add(createJob(2, 1));
    rounds.add(createJob(3, 1));
    await settle();
    rounds.cancel(2);
    await lane.finishStep();
    expect(lane.job?.id).toBe(3);
  });

  it('fails the job of a failed step, resets its lane and continues the other jobs', async () => {
    const lanes = [new ManualLane([1]), new ManualLane([1])] as const;
    const { rounds, failed } = run(lanes);
    rounds.add(createJob(1, 5));
    rounds.add(createJob(2, 5));
    rounds.add(createJob(3, 5));
    await Promise.all(lanes.map((lane) => lane.finishStep()));
    expect(failed).toEqual([1]);
    expect(lanes[0].ended).toEqual([{ id: 1, broken: true }]);
    expect(lanes.map((lane) => lane.job?.id)).toEqual([3, 2]);
  });
});
