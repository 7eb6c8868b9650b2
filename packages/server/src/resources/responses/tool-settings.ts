/** Entries of `tools`. Pure. */
import type { ToolSettings } from '../../tools/tool.ts';
import type { RequestTool } from './response-request.ts';

/** An entry of a request in the form of those of assistants. */
export function toToolSettings({ type, ...settings }: RequestTool): ToolSettings {
  return { type, [type]: settings };
}
