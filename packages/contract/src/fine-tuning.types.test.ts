/**
 * Compares fine-tuning with the types of the official client at compile time. The test asserts that the file was
 * compiled.
 */
import type { OpenAI } from 'openai';
import type { JobListEventsParams } from 'openai/resources/fine-tuning/jobs/jobs';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type * as graders from './fine-tuning/alpha/graders.ts';
import type * as permissions from './fine-tuning/checkpoints/permissions.ts';
import type * as checkpoints from './fine-tuning/jobs/checkpoints.ts';
import type * as jobs from './fine-tuning/jobs.ts';
import type { BodyOf, QueryOf, ResponseOf } from './operation.ts';

type Client = OpenAI.FineTuning.FineTuningJob;

/** The client lacks the status `paused`. */
type Known<Job extends { status: string }> = Omit<Job, 'status'> & { status: Exclude<Job['status'], 'paused'> };

it('fine-tuning jobs, events and checkpoints fit the types of the official client', () => {
  const checks: [
    Assignable<Known<ResponseOf<typeof jobs.create>>, Client>,
    Assignable<Known<ResponseOf<typeof jobs.retrieve>>, Client>,
    Assignable<Known<ResponseOf<typeof jobs.cancel>>, Client>,
    Assignable<Known<ResponseOf<typeof jobs.pause>>, Client>,
    Assignable<Known<ResponseOf<typeof jobs.resume>>, Client>,
    Assignable<Known<ResponseOf<typeof jobs.list>['data'][number]>, Client>,
    Assignable<Client['status'], ResponseOf<typeof jobs.retrieve>['status']>,
    Assignable<ResponseOf<typeof jobs.listEvents>['data'][number], OpenAI.FineTuning.FineTuningJobEvent>,
    Assignable<ResponseOf<typeof checkpoints.list>['data'][number], OpenAI.FineTuning.Jobs.FineTuningJobCheckpoint>,
  ] = [true, true, true, true, true, true, true, true, true];
  expect(checks).toHaveLength(9);
});

it('requests of the official client about fine-tuning jobs fit the contract', () => {
  const checks: [
    Assignable<OpenAI.FineTuning.JobCreateParams, BodyOf<typeof jobs.create>>,
    Assignable<keyof BodyOf<typeof jobs.create>, keyof OpenAI.FineTuning.JobCreateParams>,
    Assignable<OpenAI.FineTuning.JobListParams, QueryOf<typeof jobs.list>>,
    Assignable<keyof QueryOf<typeof jobs.list>, keyof OpenAI.FineTuning.JobListParams>,
    Assignable<JobListEventsParams, QueryOf<typeof jobs.listEvents>>,
    Assignable<keyof QueryOf<typeof jobs.listEvents>, keyof JobListEventsParams>,
    Assignable<OpenAI.FineTuning.Jobs.CheckpointListParams, QueryOf<typeof checkpoints.list>>,
    Assignable<keyof QueryOf<typeof checkpoints.list>, keyof OpenAI.FineTuning.Jobs.CheckpointListParams>,
  ] = [true, true, true, true, true, true, true, true];
  expect(checks).toHaveLength(8);
});

it('permissions of checkpoints fit the types of the official client in both directions', () => {
  const checks: [
    Assignable<
      ResponseOf<typeof permissions.list>['data'][number],
      OpenAI.FineTuning.Checkpoints.PermissionListResponse
    >,
    Assignable<ResponseOf<typeof permissions.list>, OpenAI.FineTuning.Checkpoints.PermissionRetrieveResponse>,
    Assignable<
      ResponseOf<typeof permissions.create>['data'][number],
      OpenAI.FineTuning.Checkpoints.PermissionCreateResponse
    >,
    Assignable<ResponseOf<typeof permissions.delete>, OpenAI.FineTuning.Checkpoints.PermissionDeleteResponse>,
    Assignable<OpenAI.FineTuning.Checkpoints.PermissionCreateParams, BodyOf<typeof permissions.create>>,
    Assignable<OpenAI.FineTuning.Checkpoints.PermissionListParams, QueryOf<typeof permissions.list>>,
    Assignable<keyof QueryOf<typeof permissions.list>, keyof OpenAI.FineTuning.Checkpoints.PermissionListParams>,
  ] = [true, true, true, true, true, true, true];
  expect(checks).toHaveLength(7);
});

it('graders fit the types of the official client in both directions', () => {
  const checks: [
    Assignable<ResponseOf<typeof graders.run>, OpenAI.FineTuning.Alpha.GraderRunResponse>,
    Assignable<ResponseOf<typeof graders.validate>, OpenAI.FineTuning.Alpha.GraderValidateResponse>,
    // The client allows any value as the item; it is an object.
    Assignable<Omit<OpenAI.FineTuning.Alpha.GraderRunParams, 'item'>, BodyOf<typeof graders.run>>,
    Assignable<keyof BodyOf<typeof graders.run>, keyof OpenAI.FineTuning.Alpha.GraderRunParams>,
    Assignable<OpenAI.FineTuning.Alpha.GraderValidateParams, BodyOf<typeof graders.validate>>,
  ] = [true, true, true, true, true];
  expect(checks).toHaveLength(5);
});
