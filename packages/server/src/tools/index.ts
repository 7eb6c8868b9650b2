/** The list of server tools. */
import { createCodeInterpreter } from './code-interpreter/code-interpreter.ts';
import { createFileSearch } from './file-search/file-search.ts';
import { createMcp } from './mcp/mcp.ts';
import type { ServerTool, ToolDeps } from './tool.ts';
import { createWebSearch } from './web-search/web-search.ts';

export function createServerTools(deps: ToolDeps): ServerTool[] {
  return [createCodeInterpreter(deps), createFileSearch(deps), createMcp(deps), createWebSearch(deps)];
}
