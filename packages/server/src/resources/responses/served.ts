/** Parameters of a response that have no effect in this server: refused by name unless their value asks for nothing. */
import type { CreateResponse } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { refuseMcpDuplicates, refuseMcpOptions } from './remote-tools/refuse-mcp.ts';
import { toSearchOptions } from './search-options.ts';

type Body = CreateResponse;

/** By parameter: why it is refused. */
const NOT_SERVED = {
  prompt: 'No prompt templates are stored.',
  moderation: 'Requests and answers are not moderated along with a response.',
} as const satisfies { readonly [K in keyof Body]?: string };

/** @throws ApiError naming the parameter. */
export function refuseUnserved(body: Body): void {
  for (const [name, why] of Object.entries(NOT_SERVED)) {
    const value = body[name as keyof typeof NOT_SERVED];
    if (value !== undefined && value !== null) throw errors.unsupportedParameter(name, `${why} Leave it out.`);
  }
  refuseCombinations(body);
  refuseContextManagement(body);
  for (const [index, tool] of (body.tools ?? []).entries()) refuseToolOptions(tool, `tools[${index}]`);
  refuseMcpDuplicates(body.tools ?? []);
}

function refuseCombinations(body: Body): void {
  const { previous_response_id: previous, conversation, background, store } = body;
  if (previous != null && conversation != null) {
    const why = "'previous_response_id' and 'conversation' cannot be given at the same time.";
    throw errors.invalidValue('previous_response_id', why);
  }
  if (background === true && store === false) {
    throw errors.invalidValue('background', "A response in the background must be stored: leave 'store' out.");
  }
}

function refuseContextManagement({ context_management: entries }: Body): void {
  for (const [index, { type }] of (entries ?? []).entries()) {
    const param = `context_management[${index}]`;
    if (type !== 'compaction') {
      throw errors.unsupportedValue(
        `${param}.type`,
        `Invalid value: '${type}'. The context can be managed by 'compaction'.`,
      );
    }
    if (index > 0) throw errors.unsupportedParameter(param, 'The context is compacted above one threshold.');
  }
}

type Tool = NonNullable<Body['tools']>[number];

const DEFERRED = 'Tools are not searched. Leave it out.';

function refuseToolOptions(tool: Tool, param: string): void {
  if (tool.type === 'namespace') {
    for (const [index, nested] of tool.tools.entries()) refuseToolOptions(nested, `${param}.tools[${index}]`);
  }
  if ('defer_loading' in tool && tool.defer_loading === true && tool.type !== 'mcp') {
    throw errors.unsupportedParameter(`${param}.defer_loading`, DEFERRED);
  }
  if ('allowed_callers' in tool && tool.allowed_callers?.includes('programmatic') === true) {
    throw errors.unsupportedParameter(`${param}.allowed_callers`, 'Models do not write programs that call tools.');
  }
  if (tool.type === 'mcp') refuseMcpOptions(tool, param);
  if (tool.type === 'file_search') toSearchOptions(tool, param);
}
