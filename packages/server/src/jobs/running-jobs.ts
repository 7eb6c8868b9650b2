/**
 * The jobs that a process runs now, and their leases. Invariant: a job that this process no longer holds, or cannot know to hold, is told so.
 */
import type { Lease, SystemJobRepository } from '../storage/repositories/jobs.ts';
import { JobCancelled, LeaseLost } from './task.ts';

export interface RunningJob {
  lease: Lease;
  controller: AbortController;
  ended: Promise<void>;
  /** Local time of the last proof that the lease is held. */
  renewedAt: number;
}

export class RunningJobs {
  readonly #jobs: SystemJobRepository;
  readonly #leaseMs: number;
  readonly #running = new Map<string, RunningJob>();

  constructor(jobs: SystemJobRepository, leaseMs: number) {
    this.#jobs = jobs;
    this.#leaseMs = leaseMs;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Resolves when the job has ended, which is when `ended` resolves. */
  async hold(lease: Lease, controller: AbortController, ended: Promise<void>): Promise<void> {
    const job = { lease, controller, ended, renewedAt: performance.now() };
    this.#running.set(lease.jobId, job);
    await ended;
    if (this.#running.get(lease.jobId) === job) this.#running.delete(lease.jobId);
  }

  /** Prolongs all leases. Rejects when the database does; jobs whose lease may have run out by then are told first. */
  async renew(): Promise<void> {
    const askedAt = performance.now();
    const mine = [...this.#running.values()];
    try {
      const held = await this.#jobs.renew(
        mine.map(({ lease }) => lease),
        this.#leaseMs,
      );
      for (const job of mine) {
        if (held.has(job.lease.jobId)) job.renewedAt = askedAt;
        else if (this.#running.get(job.lease.jobId) === job) job.controller.abort(new LeaseLost('The lease is lost.'));
      }
    } catch (error) {
      for (const { renewedAt, controller } of mine) {
        if (askedAt - renewedAt > this.#leaseMs) controller.abort(new LeaseLost('The lease could not be renewed.'));
      }
      throw error;
    }
  }

  async tellCancelled(): Promise<void> {
    for (const id of await this.#jobs.listCancelled([...this.#running.keys()])) {
      this.#running.get(id)?.controller.abort(new JobCancelled('The job was cancelled.'));
    }
  }

  abortAll(reason: Error): void {
    for (const { controller } of this.#running.values()) controller.abort(reason);
  }

  /** Resolves when all have ended, or after `limitMs`. */
  async end(limitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([Promise.all([...this.#running.values()].map(({ ended }) => ended)), limit]);
    clearTimeout(timer);
  }

  /** Puts those that did not end back to the queue: another worker may begin them now, and what they still write is refused. */
  async releaseAll(): Promise<void> {
    for (const { lease } of this.#running.values()) await this.#jobs.release(lease);
  }
}
