/**
 * Compares runs with the types of the official clients at compile time. The test asserts that the file was compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import type { OpenAI as OpenAIv447 } from 'openai-v4-47';
import { expect, it } from 'vitest';
import type { Assignable } from '../assignable.ts';
import type { AssistantStreamEvent } from './runs/events.ts';
import type { RunObject } from './runs/objects.ts';
import type { CreateRunRequest, CreateThreadAndRunRequest, SubmitToolOutputsRunRequest } from './runs/requests.ts';
import type { RunStepDeltaObject, RunStepObject } from './runs/step-objects.ts';

type V4 = OpenAIv4.Beta.Threads.Runs.Run;
type V447 = OpenAIv447.Beta.Threads.Runs.Run;
type Event447 = OpenAIv447.Beta.AssistantStreamEvent['event'];
type V7 = OpenAI.Beta.Threads.Runs.Run;
type Sent4 = OpenAIv4.Beta.Threads.Runs.RunCreateParams;
type Event = Exclude<AssistantStreamEvent, { event: 'error' | 'done' }>;

it('runs, steps and events fit the types of the official clients, and their requests fit the contract', () => {
  const checks: [
    // The types of the clients lack null for these fields.
    Assignable<Omit<RunObject, 'response_format' | 'tools'>, Omit<V4, 'response_format' | 'tools'>>,
    Assignable<Omit<RunObject, 'response_format' | 'tools'>, Omit<V7, 'response_format' | 'tools'>>,
    Assignable<Omit<RunObject, 'response_format' | 'tools'>, Omit<V447, 'response_format' | 'tools'>>,
    Assignable<RunStepObject, OpenAIv447.Beta.Threads.Runs.RunStep>,
    Assignable<RunStepDeltaObject, OpenAIv447.Beta.Threads.Runs.RunStepDeltaEvent>,
    Assignable<Event447, AssistantStreamEvent['event']>,
    Assignable<keyof OpenAIv447.Beta.Threads.Runs.RunCreateParams, keyof CreateRunRequest>,
    // That client knows one ranker, and the descriptions two.
    Assignable<Omit<RunStepObject, 'step_details'>, Omit<OpenAIv4.Beta.Threads.Runs.RunStep, 'step_details'>>,
    Assignable<RunStepObject, OpenAI.Beta.Threads.Runs.RunStep>,
    Assignable<RunStepDeltaObject, OpenAIv4.Beta.Threads.Runs.RunStepDeltaEvent>,
    Assignable<Event['event'], OpenAIv4.Beta.AssistantStreamEvent['event']>,
    Assignable<OpenAIv4.Beta.AssistantStreamEvent['event'], AssistantStreamEvent['event']>,
    Assignable<keyof Omit<Sent4, 'include'>, keyof CreateRunRequest>,
    Assignable<keyof OpenAIv4.Beta.ThreadCreateAndRunParams, keyof CreateThreadAndRunRequest>,
    Assignable<keyof OpenAIv4.Beta.Threads.Runs.RunSubmitToolOutputsParams, keyof SubmitToolOutputsRunRequest>,
  ] = [true, true, true, true, true, true, true, true, true, true, true, true, true, true, true];
  expect(checks).toHaveLength(15);
});
