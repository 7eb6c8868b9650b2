/** `POST …/submit_tool_outputs`: the outputs of all calls at once; the run goes on with a job of its own. */
import { type BodyOf, threadRuns } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import type { CallOutput } from '../../../generation/loop/state-machine.ts';
import type { Context } from '../../../operations/context.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import { implement } from '../../handler.ts';
import type { Services } from '../../services.ts';
import { advance } from '../../../generation/loop/advance.ts';
import runTask from './execute.task.ts';
import { currentRun } from './expire-run.ts';
import { tailRun } from './tail-run.ts';
import { findRun, toRun } from './to-run.ts';

type Body = BodyOf<typeof threadRuns.submitToolOutputs>;

interface Wanted {
  params: { thread_id: string; run_id: string };
  body: Body;
}

export default implement(threadRuns.submitToolOutputs, (services) => ({ params, body }, context) => {
  if (body.stream === true) return stream(services, { params, body }, context);
  return submit(services, { params, body }, context).then(({ run }) => toRun(run));
});

async function submit(services: Services, { params, body }: Wanted, { principal }: Context) {
  const scope = services.repositories.forProject(principal.projectId);
  const { threadId, id: runId } = await currentRun(scope, services, params);
  return scope.transaction(async (inside) => {
    await inside.threads.lock(threadId);
    const run = await findRun(inside, params);
    if (run.status !== 'requires_action') throw errors.runTakesNoOutputs(run.status);
    const event = { type: 'outputs' as const, outputs: toOutputs(body.tool_outputs, run) };
    const advanced = await advance(inside, services, { threadId, runId, event });
    if (advanced === undefined) throw errors.runTakesNoOutputs(run.status);
    const jobId = await inside.jobs.enqueue(runTask.job({ threadId, runId }));
    await inside.runs.update(threadId, runId, { jobId, attempt: 0 });
    return advanced;
  });
}

async function* stream(services: Services, wanted: Wanted, context: Context) {
  const { run, firstSeq } = await submit(services, wanted, context);
  yield* tailRun(services, run, { afterSeq: firstSeq - 1, signal: context.signal });
}

/** @throws ApiError unless each call that waits has one output, and no other has. */
function toOutputs(given: Body['tool_outputs'], run: RunRecord): CallOutput[] {
  // The calls of the server's own tools have their outputs.
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
