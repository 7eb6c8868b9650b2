import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkerPool } from '../../../jobs/worker-pool.ts';
import { createManualClock, type ManualClock } from '../../../lib/clock.ts';
import { createIdSource } from '../../../lib/ids.ts';
import { openRuns, type Run } from '../../../start/testing/open-runs.ts';
import { openSqliteFixture, type SqliteFixture } from '../../../storage/sql/testing/sqlite-fixture.ts';
import { advanceRun } from './advance-run.ts';
import expire from './expire.task.ts';

const NEVER = new AbortController().signal;
const EXPIRY_MS = 600_000;
const PATIENT = { timeout: 15_000, interval: 5 };

let folder: string;
let fixture: SqliteFixture;
let clock: ManualClock;
let runs: Awaited<ReturnType<typeof openRuns>>;
let pool: WorkerPool | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-runs-'));
  clock = createManualClock(Date.now());
  const ids = createIdSource(clock);
  fixture = await openSqliteFixture(clock, ids);
  runs = await openRuns({ repositories: fixture.repositories, clock, ids, folder });
});

afterEach(async () => {
  await pool?.stop(0);
  pool = undefined;
  await runs.services.models.close();
  await fixture.dispose();
  await rm(folder, { recursive: true });
});

const runExpiry = () => {
  const repositories = fixture.repositories.system();
  const context = { jobId: 'job_1', attempt: 1, maxAttempts: 1, signal: NEVER, repositories };
  return expire.run(null, { ...context, finish: (work) => repositories.transaction(work) }, runs.services);
};

const becomes = (run: Run, status: string) =>
  expect.poll(async () => (await runs.retrieve(run)).status, PATIENT).toBe(status);

const TOOLS = [
  {
    type: 'function',
    function: { name: 'add', parameters: { type: 'object', properties: { a: { type: 'integer' } } } },
  },
];
const CALLS = `@script ${JSON.stringify({ calls: [1, 2].map((a) => ({ name: 'add', arguments: { a } })) })}\nadd`;
/** Runs until it is cancelled or expires. */
const SLOW = '@script {"tokens":800,"delayMs":20}\nslow words';
const SHORT = '@script {"tokens":40,"delayMs":20}\nslow words';

async function waiting(): Promise<Run> {
  pool ??= runs.startPool();
  const run = await runs.create(await runs.createThread(CALLS), { tools: TOOLS });
  await becomes(run, 'requires_action');
  return runs.retrieve(run);
}

const outputsOf = (run: Run) =>
  (run.required_action?.submit_tool_outputs.tool_calls ?? []).map(({ id }) => ({ tool_call_id: id, output: 'done' }));

/** Starts a run and waits until its stream has text. */
async function writing(content = SLOW): Promise<Run> {
  pool ??= runs.startPool();
  const run = await runs.create(await runs.createThread(content));
  // More than one delta.
  await expect.poll(async () => (await runs.streamedText(run)).length, PATIENT).toBeGreaterThan(40);
  return run;
}

describe('runs in time', () => {
  it('expires a run that waits for outputs when a request asks for it, and frees its thread', async () => {
    const run = await waiting();
    clock.advance(EXPIRY_MS - 1);
    expect((await runs.retrieve(run)).status).toBe('requires_action');
    clock.advance(1);
    await expect(runs.submit(run, outputsOf(run))).rejects.toMatchObject({ code: 'invalid_run_status' });
    expect(await runs.retrieve(run)).toMatchObject({ status: 'expired', required_action: null });
    expect((await runs.eventTypes(run)).slice(-2)).toEqual(['thread.run.step.expired', 'thread.run.expired']);
    expect(await runs.ended(run)).toBe(true);
    const next = await runs.create(run.thread_id);
    await becomes(next, 'completed');
  });

  it('expires a run that is being written without any request, and keeps its text', async () => {
    const run = await writing();
    clock.advance(EXPIRY_MS);
    expect(await runExpiry()).toBe(1);
    const [, message] = await runs.messages(run.thread_id);
    expect(message).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'run_expired' } });
    expect(message?.content[0]?.text.value).toBe(await runs.streamedText(run));
    await expect.poll(() => pool?.running, PATIENT).toBe(0);
    expect((await runs.eventTypes(run)).slice(-3)).toEqual([
      'thread.message.incomplete',
      'thread.run.step.expired',
      'thread.run.expired',
    ]);
    expect((await runs.messages(run.thread_id))[1]).toEqual(message);
  });

  it('does not start a run whose expiry has passed', async () => {
    const run = await runs.create(await runs.createThread('hello'));
    clock.advance(EXPIRY_MS);
    pool = runs.startPool();
    await expect.poll(() => runs.ended(run), PATIENT).toBe(true);
    expect((await runs.eventTypes(run)).slice(2)).toEqual(['thread.run.expired']);
    expect(await runs.messages(run.thread_id)).toHaveLength(1);
  });

  it('starts a run on a thread whose last run expired without any request', async () => {
    const run = await runs.create(await runs.createThread('hello'));
    clock.advance(EXPIRY_MS);
    const next = await runs.create(run.thread_id);
    expect((await runs.retrieve(run)).status).toBe('expired');
    pool = runs.startPool();
    await becomes(next, 'completed');
  });

  it('cancels a queued run, which then never starts', async () => {
    const run = await runs.create(await runs.createThread('hello'));
    expect(await runs.cancel(run)).toMatchObject({ status: 'cancelled' });
    pool = runs.startPool();
    await runs.create(await runs.createThread('other'));
    await expect.poll(() => pool?.running, PATIENT).toBe(0);
    expect(await runs.eventTypes(run)).toEqual([
      'thread.run.created',
      'thread.run.queued',
      'thread.run.cancelling',
      'thread.run.cancelled',
    ]);
    await expect(runs.cancel(run)).rejects.toMatchObject({ code: 'invalid_run_status' });
    await becomes(await runs.create(run.thread_id), 'completed');
  });

  it('cancels a run that waits for outputs', async () => {
    const run = await waiting();
    expect(await runs.cancel(run)).toMatchObject({ status: 'cancelled', required_action: null });
    await expect(runs.submit(run, outputsOf(run))).rejects.toMatchObject({
      code: 'invalid_run_status',
      message: 'Runs in status "cancelled" do not accept tool outputs.',
    });
    await expect(runs.cancel(run)).rejects.toMatchObject({
      code: 'invalid_run_status',
      message: "Cannot cancel run with status 'cancelled'.",
    });
  });

  it('cancels a run that is being written, keeps its text and counts its tokens', async () => {
    const run = await writing();
    expect(['cancelling', 'cancelled']).toContain((await runs.cancel(run)).status);
    await becomes(run, 'cancelled');
    expect((await runs.retrieve(run)).usage?.completion_tokens).toBeGreaterThan(0);
    const [, message] = await runs.messages(run.thread_id);
    expect(message).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'run_cancelled' } });
    expect(message?.content[0]?.text.value).toMatch(/^slow words/);
  });

  it('either cancels or completes a run whose cancellation meets its end', async () => {
    pool = runs.startPool();
    const outcomes = Array.from({ length: 30 }, async (_, i) => {
      const run = await runs.create(await runs.createThread(`@script {"tokens":3,"delayMs":${i % 5}}\nhello`));
      // Each cancellation follows one more event; some runs have ended by then.
      await runs.waitForEvents(run, i % 12);
      await runs.cancel(run).catch((error: { code: string }) => expect(error.code).toBe('invalid_run_status'));
      await expect.poll(() => runs.ended(run), PATIENT).toBe(true);
      const { status } = await runs.retrieve(run);
      const types = await runs.eventTypes(run);
      expect(types.filter((type) => /^thread\.run\.(completed|cancelled)$/.test(type))).toEqual([
        `thread.run.${status}`,
      ]);
      const said = (await runs.messages(run.thread_id)).slice(1).map((message) => message.status);
      expect(said).toEqual(status === 'completed' ? ['completed'] : said.length === 0 ? [] : ['incomplete']);
      return status;
    });
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['completed', 'cancelled']));
  });

  it('takes the outputs of all calls once, and continues once', async () => {
    const run = await waiting();
    const outputs = outputsOf(run);
    const [first, second] = outputs;
    await expect(runs.submit(run, [first ?? {}])).rejects.toMatchObject({
      param: 'tool_outputs',
      message: `Expected tool outputs for call_ids ['${first?.tool_call_id}', '${second?.tool_call_id}'], got ['${first?.tool_call_id}']`,
    });
    await expect(runs.submit(run, [...outputs, { tool_call_id: 'call_x' }])).rejects.toMatchObject({
      param: 'tool_outputs[2].tool_call_id',
    });
    await expect(runs.submit(run, [first ?? {}, first ?? {}])).rejects.toMatchObject({
      param: 'tool_outputs[1].tool_call_id',
    });
    const both = await Promise.allSettled([runs.submit(run, outputs), runs.submit(run, outputs)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await becomes(run, 'completed');
    expect(await runs.messages(run.thread_id)).toHaveLength(2);
  });

  it('refuses a second run of a thread with an active run', async () => {
    const thread = await runs.createThread('hello');
    const made = await Promise.allSettled(Array.from({ length: 5 }, () => runs.create(thread)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { activeRunId } = (await runs.repositories.threads.retrieve(thread)) ?? {};
    const { reason } = made.find((each) => each.status === 'rejected') ?? {};
    expect(reason).toMatchObject({ message: `Thread ${thread} already has an active run ${activeRunId}.` });
    const message = { role: 'user', content: 'me too' };
    const added = runs.call('threads.messages.create', { thread_id: thread }, message);
    await expect(added).rejects.toMatchObject({ code: 'active_run' });
    await expect(runs.create('thread_none')).rejects.toMatchObject({ status: 404 });
  });

  it('fails a run when its model fails, and keeps its text', async () => {
    pool = runs.startPool();
    const run = await runs.create(await runs.createThread('@script {"tokens":9,"crashAfter":4}\nhello'));
    await becomes(run, 'failed');
    expect((await runs.retrieve(run)).last_error).toMatchObject({ code: 'server_error' });
    const [, message] = await runs.messages(run.thread_id);
    expect(message).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'run_failed' } });
    expect(await runs.eventTypes(run)).toContain('thread.run.step.failed');
    const blind = {
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.b/c.png' } }] }],
    };
    const { id } = await runs.call<{ id: string }>('threads.create', {}, blind);
    const second = await runs.create(id);
    await becomes(second, 'failed');
    expect((await runs.retrieve(second)).last_error).toMatchObject({ code: 'invalid_prompt' });
  });

  it('ends a run as incomplete when a token budget is exhausted', async () => {
    pool = runs.startPool();
    const long = await runs.create(await runs.createThread('@script {"tokens":300}\nword'), {
      max_completion_tokens: 256,
    });
    await becomes(long, 'incomplete');
    expect(await runs.retrieve(long)).toMatchObject({
      incomplete_details: { reason: 'max_completion_tokens' },
      usage: { completion_tokens: 256 },
    });
    const [, message] = await runs.messages(long.thread_id);
    expect(message).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_tokens' } });
    const wide = await runs.create(await runs.createThread('@script {"promptTokens":300}\nword'), {
      max_prompt_tokens: 256,
    });
    await becomes(wide, 'incomplete');
    expect((await runs.retrieve(wide)).incomplete_details).toEqual({ reason: 'max_prompt_tokens' });
    const full = await runs.create(await runs.createThread('@script {"promptTokens":3000}\nword'));
    await becomes(full, 'failed');
    expect((await runs.retrieve(full)).last_error).toMatchObject({ code: 'invalid_prompt' });
  });

  it('continues the run of a lost worker in the same message', async () => {
    const run = await writing(SHORT);
    await pool?.stop(0);
    expect((await runs.retrieve(run)).status).toBe('in_progress');
    pool = runs.startPool();
    await becomes(run, 'completed');
    const said = await runs.messages(run.thread_id);
    expect(said.map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect((await runs.eventTypes(run)).filter((type) => type === 'thread.message.created')).toHaveLength(2);
  }, 30_000);

  it('ends the stream of a run that is deleted with its thread', async () => {
    const [queued, written] = [await runs.create(await runs.createThread('hello')), await writing()];
    for (const { thread_id } of [queued, written]) await runs.call('threads.delete', { thread_id });
    await expect.poll(() => runs.ended(written), PATIENT).toBe(true);
    await pool?.stop(0);
    const other = await runs.create(await runs.createThread('hello'));
    await runs.call('threads.delete', { thread_id: other.thread_id });
    expect(await runs.ended(other)).toBe(false);
    pool = runs.startPool();
    await expect.poll(() => runs.ended(other), PATIENT).toBe(true);
  });

  it('refuses transitions of an attempt that no longer holds the run', async () => {
    const run = await runs.create(await runs.createThread('hello'));
    const place = { threadId: run.thread_id, runId: run.id };
    const jobId = (await runs.repositories.runs.retrieve(run.thread_id, run.id))?.jobId ?? '';
    const write = (attempt: number, type: 'start' | 'text-started', job = jobId) =>
      runs.repositories.transaction((tx) =>
        advanceRun(tx, runs.services, { ...place, event: { type }, holder: { jobId: job, attempt } }),
      );
    expect(await write(1, 'start', 'job_other')).toBeUndefined();
    expect(await write(1, 'start')).toBeDefined();
    expect(await write(2, 'start')).toBeDefined();
    expect(await write(1, 'text-started')).toBeUndefined();
    expect(await write(1, 'start')).toBeUndefined();
    expect(await write(2, 'text-started')).toBeDefined();
  });
});
