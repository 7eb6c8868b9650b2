/** Calls of tools of MCP servers as items: calls, and requests for their approval. Pure. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { CallForm, ItemStatus } from './call-form.ts';

const detailsOf = ({ own }: ModelCall) => own?.details ?? {};

function toStatus(call: ModelCall, status: ItemStatus) {
  return status === 'completed' && (detailsOf(call)['error'] ?? null) !== null ? 'failed' : status;
}

const MCP_CALL: CallForm = {
  prefix: 'mcp_',
  toItem(call, status) {
    const { server_label, name, output = null, error = null, approval_request_id = null } = detailsOf(call);
    return {
      type: 'mcp_call',
      status: toStatus(call, status),
      server_label,
      name,
      arguments: call.arguments,
      output,
      error,
      approval_request_id,
    };
  },
  onStart: [{ type: 'response.mcp_call.in_progress' }],
  onArguments: (_call, delta) => ({ type: 'response.mcp_call_arguments.delta', delta }),
  onRun: ({ arguments: text }) => [{ type: 'response.mcp_call_arguments.done', arguments: text }],
  onEnd: (call) => [{ type: `response.mcp_call.${toStatus(call, 'completed')}` }],
};

/** The response ends with the request; its arguments are published with the whole item. */
const MCP_APPROVAL: CallForm = {
  prefix: 'mcpr_',
  toItem(call) {
    const { server_label, name } = detailsOf(call);
    return { type: 'mcp_approval_request', server_label, name, arguments: call.arguments };
  },
  onStart: [],
  onArguments: () => undefined,
  onRun: () => [],
  onEnd: () => [],
};

export function toMcpForm(call: ModelCall): CallForm {
  return detailsOf(call)['needs_approval'] === true ? MCP_APPROVAL : MCP_CALL;
}
