import { describe, expect, it } from 'vitest';
import { toFunctionName } from './function-name.ts';
import { isAllowed, type McpSettings, type McpTool, needsApproval } from './settings.ts';

const toolOf = (name: string, readOnlyHint?: boolean): McpTool => ({
  name,
  description: null,
  input_schema: {},
  annotations: readOnlyHint === undefined ? null : { readOnlyHint },
});
const settingsOf = (more: object): McpSettings => ({
  server_label: 'a',
  server_url: 'http://a',
  ...more,
});

describe('the settings of an MCP server', () => {
  it.each<[McpSettings['require_approval'], boolean, boolean]>([
    [undefined, true, true],
    [null, true, true],
    ['always', true, true],
    ['never', false, false],
    [{}, true, true],
    [{ never: { tool_names: ['read'] } }, false, true],
    [{ always: { tool_names: ['write'] } }, false, true],
    [{ never: { read_only: true } }, false, true],
    [{ always: { read_only: false }, never: { tool_names: ['read', 'write'] } }, false, true],
    [{ never: {} }, true, true],
  ])('need an approval with %j: read %s, write %s', (require_approval, read, write) => {
    const settings = settingsOf({ require_approval });
    expect(needsApproval(settings, toolOf('read', true))).toBe(read);
    expect(needsApproval(settings, toolOf('write'))).toBe(write);
  });

  it.each<[McpSettings['allowed_tools'], boolean, boolean]>([
    [undefined, true, true],
    [null, true, true],
    [[], false, false],
    [['read'], true, false],
    [{}, true, true],
    [{ tool_names: ['write'] }, false, true],
    [{ read_only: true }, true, false],
    [{ tool_names: ['write'], read_only: true }, false, false],
  ])('allow tools with %j: read %s, write %s', (allowed_tools, read, write) => {
    const settings = settingsOf({ allowed_tools });
    expect(isAllowed(settings, toolOf('read', true))).toBe(read);
    expect(isAllowed(settings, toolOf('write'))).toBe(write);
  });
});

describe('the function of an MCP tool', () => {
  it('has a valid name that belongs to one tool of one server only', () => {
    const parts = ['a', 'a_', '_a', 'a__b', 'a_b', 'b', 'ä', 'ö', 'a.b', 'x'.repeat(64), `${'x'.repeat(64)}y`];
    const names = parts.flatMap((label) => parts.map((tool) => toFunctionName(label, tool)));
    expect(new Set(names).size).toBe(parts.length ** 2);
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(toFunctionName('files', 'read_text_file')).toBe('files__read_text_file');
  });
});
