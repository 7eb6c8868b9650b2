/** `POST …/submit_tool_outputs`: the outputs of all calls at once; the run goes on with a job of its own. */
import { type BodyOf, threadRuns } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import type { CallOutput } from '../../../generation/tool-loop.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import { type Context, implement } from '../../handler.ts';
import type { Services } from '../../services.ts';
import { advance } from './advance.ts';
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
    if (run.status !== 'requires_action') throw errors.runStatus('submit tool outputs to', runId, run.status);
    const event = { type: 'outputs' as const, outputs: toOutputs(body.tool_outputs, run) };
    const advanced = await advance(inside, services, { threadId, runId, event });
    if (advanced === undefined) throw errors.runStatus('submit tool outputs to', runId, run.status);
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
  // What the server ran itself has its output.
  const calls = run.calls.filter(({ own }) => own === undefined);
  const outputs = given.map(({ tool_call_id: id, output = '' }, index) => {
    const param = `tool_outputs[${index}].tool_call_id`;
    if (id === undefined) throw errors.missingParameter(param);
    if (!calls.some((call) => call.id === id))
      throw errors.invalidValue(param, `The run waits for no output of a call '${id}'.`);
    if (given.findIndex((each) => each.tool_call_id === id) !== index)
      throw errors.invalidValue(param, `The call '${id}' has two outputs.`);
    return { id, output };
  });
  const missing = calls.filter(({ id }) => !outputs.some((output) => output.id === id)).map(({ id }) => `'${id}'`);
  if (missing.length === 0) return outputs;
  throw errors.invalidValue(
    'tool_outputs',
    `The outputs of all calls are submitted at once. Those of ${missing.join(', ')} are missing.`,
  );
}
