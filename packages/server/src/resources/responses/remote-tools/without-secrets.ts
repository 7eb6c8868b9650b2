/** Requests without what gives access to other servers. Pure. */
type Tool = Readonly<Record<string, unknown>>;

/** An MCP server is shown with the origin of its URL: the path and the query may have a secret. */
export function withoutToolSecrets(tool: Tool): Tool {
  if (tool['type'] !== 'mcp') return tool;
  const { authorization: _authorization, headers: _headers, server_url: url, ...rest } = tool;
  return typeof url === 'string' ? { ...rest, server_url: toShownUrl(url) } : rest;
}

function toShownUrl(text: string): string {
  if (!URL.canParse(text)) return '<redacted>';
  const { origin, pathname, search } = new URL(text);
  return pathname === '/' && search === '' ? origin : `${origin}/<redacted>`;
}

/** The request of a response that has ended. */
export function withoutSecrets(request: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { tools } = request;
  return Array.isArray(tools) ? { ...request, tools: (tools as readonly Tool[]).map(withoutToolSecrets) } : request;
}
