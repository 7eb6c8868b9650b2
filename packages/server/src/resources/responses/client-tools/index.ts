/** The tools that clients run. */
import { APPLY_PATCH } from './apply-patch.ts';
import type { ClientTool } from './client-tool.ts';
import { COMPUTER_USE } from './computer.ts';
import { CUSTOM } from './custom.ts';
import { FUNCTION } from './function.ts';
import { LOCAL_SHELL } from './local-shell.ts';
import { SHELL } from './shell.ts';

export type { ClientTool } from './client-tool.ts';
export { FUNCTION } from './function.ts';

const CLIENT_TOOLS: readonly ClientTool[] = [FUNCTION, CUSTOM, SHELL, LOCAL_SHELL, APPLY_PATCH, COMPUTER_USE];

const toMap = (keysOf: (tool: ClientTool) => readonly string[]): ReadonlyMap<unknown, ClientTool> =>
  new Map(CLIENT_TOOLS.flatMap((tool) => keysOf(tool).map((key) => [key, tool])));

/** By the `type` of an entry of `tools`. */
export const toolOfType = toMap(({ types }) => types);
/** By the `type` of a call. */
export const toolOfCall = toMap(({ callType }) => [callType]);
/** By the `type` of an output. */
export const toolOfOutput = toMap(({ outputType }) => [outputType]);
