/** Items of remote servers among those that the model of a response reads. */
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';
import type { ResponseRecord } from '../../../storage/repositories/responses.ts';
import type { ToolListing } from '../../../tools/tool.ts';
import { readItems } from '../response-history.ts';

const PAGE = 200;

/** The newest list of each server that is not empty. Reads until all labels are found. */
export async function findListings(
  repositories: ProjectRepositories,
  response: ResponseRecord,
  labels: ReadonlySet<string>,
): Promise<Map<string, ToolListing>> {
  const found = new Map<string, ToolListing>();
  for await (const { data } of readItems(repositories, response)) {
    const { type, server_label: label, tools, error } = data;
    if (type !== 'mcp_list_tools' || typeof label !== 'string' || !labels.has(label) || found.has(label)) continue;
    if (!Array.isArray(tools) || tools.length === 0) continue;
    found.set(label, { tools, error: typeof error === 'string' ? error : null });
    if (found.size === labels.size) break;
  }
  return found;
}

/** The approval requests that the input approves, without those whose calls an earlier attempt has run. */
export async function findApproved(repositories: ProjectRepositories, response: ResponseRecord): Promise<NewItem[]> {
  const input = await listInput(repositories, response.id);
  const approved = new Set(
    input
      .filter(({ data }) => data['type'] === 'mcp_approval_response' && data['approve'] === true)
      .map(({ data }) => data['approval_request_id']),
  );
  const requests: NewItem[] = [];
  if (approved.size === 0) return requests;
  for await (const item of readItems(repositories, response)) {
    const { type, id, approval_request_id: requestId } = item.data;
    if (type === 'mcp_call') approved.delete(requestId);
    if (type === 'mcp_approval_request' && approved.delete(id)) requests.unshift(item);
    if (approved.size === 0) break;
  }
  return requests;
}

async function listInput({ responseItems }: ProjectRepositories, id: string): Promise<NewItem[]> {
  const items: NewItem[] = [];
  for (let hasMore = true; hasMore; ) {
    const page = await responseItems.listInput(id, { limit: PAGE, after: items.at(-1)?.id });
    items.push(...page.records);
    hasMore = page.hasMore;
  }
  return items;
}
