/** Options of MCP servers that this server does not serve, or that contradict each other. */
import type { CreateResponse } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';

type Tools = NonNullable<CreateResponse['tools']>;
type McpTool = Extract<Tools[number], { type: 'mcp' }>;

const LABEL = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Refused by name. */
const NOT_SERVED = {
  connector_id: "This server has no connectors: name an MCP server with 'server_url'.",
  tunnel_id: "This server has no tunnels: name an MCP server with 'server_url'.",
} as const;

/** @throws ApiError naming the option. */
export function refuseMcpOptions(tool: McpTool, param: string): void {
  for (const name of ['connector_id', 'tunnel_id'] as const) {
    if (tool[name] !== undefined) throw errors.unsupportedParameter(`${param}.${name}`, NOT_SERVED[name]);
  }
  if (tool.defer_loading === true) {
    throw errors.unsupportedParameter(`${param}.defer_loading`, 'Tools are not searched. Leave it out.');
  }
  if (tool.allowed_callers?.includes('programmatic') === true) {
    throw errors.unsupportedParameter(`${param}.allowed_callers`, 'Models do not write programs that call tools.');
  }
  if (!LABEL.test(tool.server_label)) {
    const why = 'A label starts with a letter and has at most 64 letters, digits, underscores and dashes.';
    throw errors.invalidValue(`${param}.server_label`, why);
  }
  checkUrl(tool, param);
  checkHeaders(tool, param);
}

function checkUrl({ server_url: text }: McpTool, param: string): void {
  if (text === undefined) throw errors.missingParameter(`${param}.server_url`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw errors.invalidValue(`${param}.server_url`, "'server_url' must be an http or https URL.");
  }
  if (url.username !== '' || url.password !== '') {
    throw errors.invalidValue(
      `${param}.server_url`,
      "'server_url' must not have user information: use 'authorization'.",
    );
  }
}

/** The errors name no value: it may be a secret. */
function checkHeaders({ headers, authorization }: McpTool, param: string): void {
  const given = Object.entries(headers ?? {});
  for (const [name, value] of given) {
    if (isHeader(name, value)) continue;
    throw errors.invalidValue(`${param}.headers`, 'A header has a name or a value that HTTP does not allow.');
  }
  if (authorization === undefined) return;
  if (!isHeader('authorization', `Bearer ${authorization}`)) {
    throw errors.invalidValue(`${param}.authorization`, 'The token has characters that HTTP does not allow.');
  }
  if (given.some(([name]) => name.toLowerCase() === 'authorization')) {
    throw errors.invalidValue(`${param}.authorization`, "Give either 'authorization' or a header of that name.");
  }
}

function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name);
  } catch {
    return false;
  }
}

/** @throws ApiError naming the second of two servers with one label. */
export function refuseMcpDuplicates(tools: Tools): void {
  const labels = new Set<string>();
  for (const [index, tool] of tools.entries()) {
    if (tool.type !== 'mcp') continue;
    if (labels.has(tool.server_label)) {
      const why = `Two MCP servers have the label '${tool.server_label}'.`;
      throw errors.invalidValue(`tools[${index}].server_label`, why);
    }
    labels.add(tool.server_label);
  }
}
