/** Tools of MCP servers. */
import Type, { type Static } from 'typebox';
import { mapOf, named, nullable, oneOf, ref } from '../../schema.ts';
import { CallableToolAllowedCaller } from '../callers.ts';

export const MCPToolFilter = named(
  'MCPToolFilter',
  Type.Object({ tool_names: Type.Optional(Type.Array(Type.String())), read_only: Type.Optional(Type.Boolean()) }),
);
export type MCPToolFilter = Static<typeof MCPToolFilter>;

export const MCPTool = named(
  'MCPTool',
  Type.Object({
    type: Type.Literal('mcp'),
    server_label: Type.String(),
    server_url: Type.Optional(Type.String()),
    connector_id: Type.Optional(
      oneOf([
        'connector_dropbox',
        'connector_gmail',
        'connector_googlecalendar',
        'connector_googledrive',
        'connector_microsoftteams',
        'connector_outlookcalendar',
        'connector_outlookemail',
        'connector_sharepoint',
      ]),
    ),
    tunnel_id: Type.Optional(Type.String({ pattern: '^tunnel_[a-z0-9]{32}$' })),
    authorization: Type.Optional(Type.String()),
    server_description: Type.Optional(Type.String()),
    headers: Type.Optional(nullable(mapOf(Type.String()))),
    allowed_tools: Type.Optional(nullable(Type.Union([Type.Array(Type.String()), ref(MCPToolFilter)]))),
    allowed_callers: Type.Optional(nullable(Type.Array(ref(CallableToolAllowedCaller), { minItems: 1 }))),
    require_approval: Type.Optional(
      nullable(
        Type.Union(
          [
            Type.Object({ always: Type.Optional(ref(MCPToolFilter)), never: Type.Optional(ref(MCPToolFilter)) }),
            oneOf(['always', 'never']),
          ],
          { default: 'always' },
        ),
      ),
    ),
    defer_loading: Type.Optional(Type.Boolean()),
  }),
);
export type MCPTool = Static<typeof MCPTool>;
