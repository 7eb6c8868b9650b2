/**
 * The running jobs of a process and their leases. Invariant: a job is aborted when its lease is lost or may have
 * expired.
 */
import type { Lease, SystemJobRepository } from '../storage/repositories/jobs.ts';
import { JobCancelled, LeaseLost } from './task.ts';

export interface RunningJob {
  lease: Lease;
  controller: AbortController;
  ended: Promise<void>;
  /** `performance.now()` of the last successful renewal. */
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

  /** Tracks the job until `ended` resolves. */
  async hold(lease: Lease, controller: AbortController, ended: Promise<void>): Promise<void> {
    const job = { lease, controller, ended, renewedAt: performance.now() };
    this.#running.set(lease.jobId, job);
    await ended;
    if (this.#running.get(lease.jobId) === job) this.#running.delete(lease.jobId);
  }

  /** Renews all leases. Rejects when the database fails, after aborting jobs whose lease may have expired. */
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

  async abortCancelled(): Promise<void> {
    for (const id of await this.#jobs.listCancelled([...this.#running.keys()])) {
      this.#running.get(id)?.controller.abort(new JobCancelled('The job was cancelled.'));
    }
  }

  abortAll(reason: Error): void {
    for (const { controller } of this.#running.values()) controller.abort(reason);
  }

  /** Resolves when all jobs have ended, or after `limitMs`. */
  async waitForAll(limitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([Promise.all([...this.#running.values()].map(({ ended }) => ended)), limit]);
    clearTimeout(timer);
  }

  /**
   * Returns the remaining jobs to the queue. Another worker may start them; later writes with the old leases are
   * refused.
   */
  async releaseAll(): Promise<void> {
    for (const { lease } of this.#running.values()) await this.#jobs.release(lease);
  }
}
