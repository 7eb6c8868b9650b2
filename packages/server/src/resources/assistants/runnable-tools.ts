/** Which tools of assistants this server can run: the one place that decides it, for assistants and for runs. */
import { errors } from '../../errors/catalogue.ts';

type Tools = readonly Readonly<Record<string, unknown>>[];

/** Functions are run by the client. */
const RUNNABLE_TOOLS: ReadonlySet<unknown> = new Set(['function', 'file_search']);

/** The position of the first tool that cannot run here; undefined where all can. */
export function findUnrunnable(tools: Tools): number | undefined {
  const index = tools.findIndex(({ type }) => !RUNNABLE_TOOLS.has(type));
  return index < 0 ? undefined : index;
}

/** @throws ApiError naming the first of the request's `tools` that cannot run here. */
export function refuseUnrunnable(tools: Tools): void {
  const index = findUnrunnable(tools);
  if (index === undefined) return;
  throw errors.unsupportedParameter(
    `tools[${index}].type`,
    `This server cannot run '${String(tools[index]?.['type'])}'.`,
  );
}
