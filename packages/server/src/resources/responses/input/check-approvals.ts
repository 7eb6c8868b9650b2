/** Every approval of a request needs its approval request, and the MCP server of the call. */
import type { CreateResponse } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';

interface Request {
  input: readonly NewItem[];
  tools: NonNullable<CreateResponse['tools']>;
}

/**
 * @param earlier the items before the input. Read until all approval requests are found.
 * @throws ApiError naming `input`.
 */
export async function checkApprovals({ input, tools }: Request, earlier: () => AsyncIterable<NewItem>): Promise<void> {
  const answers = input.filter(({ data }) => data['type'] === 'mcp_approval_response');
  const missing = new Set(answers.map(({ data }) => String(data['approval_request_id'])));
  if (missing.size < answers.length) {
    throw errors.invalidValue('input', 'An approval request has two approval responses.');
  }
  const approved = new Set(answers.filter(({ data }) => data['approve'] === true).map(toRequestId));
  const labels = new Set(tools.map((tool) => (tool.type === 'mcp' ? tool.server_label : undefined)));
  const check = ({ data }: NewItem) => {
    const id = String(data['id']);
    if (data['type'] === 'mcp_call' && missing.has(String(data['approval_request_id']))) {
      throw errors.invalidValue('input', `The approval request '${toRequestId({ data })}' was answered before.`);
    }
    if (data['type'] !== 'mcp_approval_request' || !missing.delete(id)) return;
    const label = String(data['server_label']);
    if (approved.has(id) && !labels.has(label)) {
      throw errors.invalidValue(
        'input',
        `The approved call needs the MCP server '${label}', which 'tools' does not have.`,
      );
    }
  };
  for (const item of input.toReversed()) check(item);
  if (missing.size > 0) {
    for await (const item of earlier()) {
      check(item);
      if (missing.size === 0) break;
    }
  }
  const [orphan] = missing;
  if (orphan === undefined) return;
  throw errors.invalidValue('input', `No approval request found for the approval_request_id '${orphan}'.`);
}

const toRequestId = ({ data }: Pick<NewItem, 'data'>) => String(data['approval_request_id']);
