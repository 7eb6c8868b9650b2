/** Items of MCP servers as calls that a model reads. */
import type { ModelCall } from '../../../storage/repositories/model-calls.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';
import { toFunctionName } from '../../../tools/mcp/function-name.ts';

type Data = NewItem['data'];

const UNANSWERED = 'The user has not approved the call, which was not run.';
const DENIED = 'The user has denied the call, which was not run.';

/** The answers to approval requests, in items that are read the newest first. */
export interface Approvals {
  read(data: Data): void;
  /** Whether the item is an approval request whose call is a later item. */
  isReplaced(data: Data): boolean;
  /** The output of an approval request that has no call. */
  outputOf(id: unknown): string;
}

export function createApprovals(): Approvals {
  const called = new Set<unknown>();
  const answers = new Map<unknown, Data>();
  return {
    read(data) {
      const { type, approval_request_id: id } = data;
      if (type === 'mcp_call' && typeof id === 'string') called.add(id);
      if (type === 'mcp_approval_response' && !answers.has(id)) answers.set(id, data);
    },
    isReplaced: ({ type, id }) => type === 'mcp_approval_request' && called.has(id),
    outputOf(id) {
      const answer = answers.get(id);
      if (answer === undefined || answer['approve'] === true) return UNANSWERED;
      return typeof answer['reason'] === 'string' ? `${DENIED} Reason: ${answer['reason']}` : DENIED;
    },
  };
}

/** Returns undefined for other items. */
export function toMcpCall({ data, call }: NewItem, approvals: Approvals): ModelCall | undefined {
  const { type, id, server_label: label, name, arguments: text, output, error } = data;
  if (type !== 'mcp_call' && type !== 'mcp_approval_request') return undefined;
  const head = { id: String(id), name: toFunctionName(String(label), String(name)), arguments: String(text) };
  if (type === 'mcp_approval_request') return { ...(call ?? head), output: approvals.outputOf(id) };
  return call ?? { ...head, output: typeof output === 'string' ? output : `Error: ${JSON.stringify(error ?? null)}` };
}
