/** `POST …/submit_tool_outputs`: takes the outputs of all calls; a new job continues the run. */
import { type BodyOf, threadRuns } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import type { CallOutput } from '../../../generation/loop/state-machine.ts';
import type { Context } from '../../../operations/context.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import { implement } from '../../handler.ts';
import type { Services } from '../../services.ts';
import { advanceRun } from './advance-run.ts';
import runTask from './execute.task.ts';
import { currentRun } from './expire-run.ts';
import { tailRun } from './tail-run.ts';
import { findRun, toRun, toWireStatus } from './to-run.ts';

type Body = BodyOf<typeof threadRuns.submitToolOutputs>;

interface Submission {
  params: { thread_id: string; run_id: string };
  body: Body;
}

export default implement(threadRuns.submitToolOutputs, (services) => ({ params, body }, context) => {
  if (body.stream === true) return stream(services, { params, body }, context);
  return submit(services, { params, body }, context).then(({ run }) => toRun(run));
});

async function submit(services: Services, { params, body }: Submission, { principal }: Context) {
  const scope = services.repositories.forProject(principal.projectId);
  const { threadId, id: runId } = await currentRun(scope, services, params);
  return scope.transaction(async (tx) => {
    await tx.threads.lock(threadId);
    const run = await findRun(tx, params);
    if (run.status !== 'waiting_for_outputs') throw errors.runTakesNoOutputs(toWireStatus(run.status));
    const event = { type: 'outputs-submitted' as const, outputs: toOutputs(body.tool_outputs, run) };
    const advanced = await advanceRun(tx, services, { threadId, runId, event });
    if (advanced === undefined) throw errors.runTakesNoOutputs(toWireStatus(run.status));
    const jobId = await tx.jobs.enqueue(runTask.job({ threadId, runId }));
    await tx.runs.update(threadId, runId, { jobId, attempt: 0 });
    return advanced;
  });
}

async function* stream(services: Services, submission: Submission, context: Context) {
  const { run, firstSeq } = await submit(services, submission, context);
  yield* tailRun(services, run, { afterSeq: firstSeq - 1, signal: context.signal });
}

/** @throws ApiError unless every call of a client function has exactly one output, and no other call has one. */
function toOutputs(given: Body['tool_outputs'], run: RunRecord): CallOutput[] {
  // Calls of server tools have their outputs already.
  const expected = run.calls.filter(({ own }) => own === undefined).map(({ id }) => id);
  const got = given.map(({ tool_call_id: id }, index) => {
    if (id === undefined) throw errors.missingParameter(`tool_outputs[${index}].tool_call_id`);
    return id;
  });
  const wrong = got.findIndex((id, index) => !expected.includes(id) || got.indexOf(id) !== index);
  if (wrong >= 0) throw errors.wrongToolOutputs(`tool_outputs[${wrong}].tool_call_id`, expected, got);
  if (got.length < expected.length) throw errors.wrongToolOutputs('tool_outputs', expected, got);
  return given.map(({ output = '' }, index) => ({ id: got[index] ?? '', output }));
}
