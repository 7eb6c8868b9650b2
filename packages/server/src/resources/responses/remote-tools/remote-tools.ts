/**
 * Before the first turn of a response: lists the tools of remote servers, and runs the calls that the client approved.
 * A list that is among the items the model reads is used again.
 * Invariant: only the attempt that holds the response writes items and events.
 */

import type { ServerTools } from '../../../generation/loop/server-tools.ts';
import type { TaskContext } from '../../../jobs/task.ts';
import type { NewEvent } from '../../../storage/repositories/events.ts';
import type { ModelCall } from '../../../storage/repositories/model-calls.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';
import type { ResponseRecord } from '../../../storage/repositories/responses.ts';
import { toFunctionName } from '../../../tools/mcp/function-name.ts';
import type { ToolListing } from '../../../tools/tool.ts';
import type { Services } from '../../services.ts';
import type { CallItems } from '../call-items.ts';
import { requestOf } from '../definition.ts';
import { publishItems } from '../publish-items.ts';
import { createResponseOutput, toCallClosed, toItemAdded, toItemDone } from '../response-output.ts';
import type { RequestTool } from '../response-request.ts';
import { toToolSettings } from '../tool-settings.ts';
import { findApproved, findListings } from './find-remote-items.ts';

export interface RemoteToolsDeps {
  context: Pick<TaskContext<ProjectRepositories>, 'repositories' | 'jobId' | 'attempt'>;
  services: Pick<Services, 'tools' | 'ids'>;
  response: ResponseRecord;
  calls: CallItems;
  tools: ServerTools;
  listings: Map<string, ToolListing>;
  signal: AbortSignal;
}

/** Fills `listings`. @throws LoopLost, and the reason of the signal. */
export async function prepareRemoteTools(deps: RemoteToolsDeps): Promise<void> {
  const { services, response, context } = deps;
  const remote = (requestOf(response).tools ?? []).filter(({ type }) => services.tools.find(type)?.list !== undefined);
  if (remote.length === 0) return;
  const wanted = new Set(remote.map(labelOf));
  const found = await findListings(context.repositories, response, wanted);
  for (const [label, listing] of found) deps.listings.set(label, listing);
  for (const entry of remote) if (!deps.listings.has(labelOf(entry))) await list(deps, entry);
  for (const approved of await findApproved(context.repositories, response)) await runApproved(deps, approved);
}

const labelOf = (entry: RequestTool) => String(entry['server_label']);

async function list(deps: RemoteToolsDeps, entry: RequestTool): Promise<void> {
  const { services, signal, listings } = deps;
  const label = labelOf(entry);
  const id = services.ids('mcpl_');
  const head = { id, type: 'mcp_list_tools', server_label: label };
  const eventOf = (state: string, position: number): NewEvent => ({
    type: `response.mcp_list_tools.${state}`,
    data: { item_id: id, output_index: position },
  });
  await publishItems(deps, [], (at) => [
    toItemAdded({ ...head, tools: [], error: null }, at),
    eventOf('in_progress', at),
  ]);
  const tool = services.tools.find(entry.type);
  const listing = (await tool?.list?.(toToolSettings(entry), signal)) ?? { tools: [], error: null };
  listings.set(label, listing);
  const item = { ...head, ...listing };
  const state = listing.error !== null && listing.tools.length === 0 ? 'failed' : 'completed';
  await publishItems(deps, [{ id, data: item }], (at) => [eventOf(state, at), toItemDone(item, at)]);
}

async function runApproved(deps: RemoteToolsDeps, request: NewItem): Promise<void> {
  const { services, calls, tools } = deps;
  const { id, server_label, name, arguments: text } = request.data;
  const details = { server_label, name, needs_approval: false, approval_request_id: id };
  const call: ModelCall = {
    id: services.ids('call_'),
    name: request.call?.name ?? toFunctionName(String(server_label), String(name)),
    arguments: String(text),
    output: null,
    own: { type: 'mcp', details },
  };
  const output = createResponseOutput(calls);
  await publishItems(deps, [], (index) => {
    const delta = { part: { id: call.id, type: 'calls' as const, index }, index: 0, call };
    return [
      ...output.onCall(delta),
      ...output.onCallArguments({ ...delta, text: call.arguments }),
      ...output.onCallRun(delta),
    ];
  });
  const [done = call] = await tools.runCalls([call]);
  const item = calls.toItem(done, 'completed');
  await publishItems(deps, [{ id: item.id, data: item, call: done }], (index) =>
    toCallClosed(calls, { call: done, item, index }),
  );
}
