/** The tools of the OpenAI Agents SDK that act on the user's machine, on the Responses API and the scripted engine. */
import {
  Agent,
  applyDiff,
  applyPatchTool,
  type Computer,
  computerTool,
  type Editor,
  OpenAIResponsesModel,
  Runner,
  type Shell,
  setTracingDisabled,
  shellTool,
} from '@openai/agents';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { ask, scripted, target } from '../target.ts';

setTracingDisabled(true);

const client = new OpenAI({ baseURL: target.baseURL, apiKey: target.apiKey });
const model = new OpenAIResponsesModel(client as never, target.model);
const scriptOf = (...calls: { name: string; arguments: object }[]) => ask('Go on.', { calls })[0].content;

/** A shell that repeats its commands, and fails for `false`. */
const shell: Shell = {
  run: ({ commands }) => {
    const output = commands.map((command) => ({
      stdout: `ran ${command}`,
      stderr: '',
      outcome: { type: 'exit' as const, exitCode: command === 'false' ? 1 : 0 },
    }));
    return Promise.resolve({ output });
  },
};

function createEditor(files: Map<string, string>): Editor {
  return {
    createFile({ path, diff }) {
      files.set(path, applyDiff('', diff, 'create'));
      return Promise.resolve({ output: `created ${path}` });
    },
    updateFile({ path, diff }) {
      const before = files.get(path);
      if (before === undefined) return Promise.resolve({ status: 'failed', output: `no file ${path}` });
      files.set(path, applyDiff(before, diff));
      return Promise.resolve({ output: `changed ${path}` });
    },
    deleteFile({ path }) {
      files.delete(path);
      return Promise.resolve({ output: `deleted ${path}` });
    },
  };
}

const patchOf = (operation: object) => ({ name: 'apply_patch', arguments: { operation } });

describe.runIf(scripted)('the local tools of the OpenAI Agents SDK', () => {
  it('runs the commands of a shell call and gives their output to the model', async () => {
    const agent = new Agent({ name: 'operator', model, tools: [shellTool({ shell })] });
    const call = { name: 'shell', arguments: { commands: ['ls', 'false'], timeout_ms: 500, max_output_length: 100 } };
    const { finalOutput } = await new Runner().run(agent, scriptOf(call));
    expect(finalOutput).toContain('ran ls\n[exit code 0]');
    expect(finalOutput).toContain('ran false\n[exit code 1]');
  });

  it('streams a run with a shell call', async () => {
    const agent = new Agent({ name: 'operator', model, tools: [shellTool({ shell })] });
    const input = scriptOf({ name: 'shell', arguments: { commands: ['pwd'] } });
    const run = await new Runner().run(agent, input, { stream: true });
    const items: string[] = [];
    for await (const event of run) if (event.type === 'run_item_stream_event') items.push(event.name);
    await run.completed;
    expect(items).toEqual(['tool_called', 'tool_output', 'message_output_created']);
    expect(run.finalOutput).toContain('ran pwd');
  });

  it('creates, changes and deletes files by the calls of one answer', async () => {
    const files = new Map([['old.txt', 'old']]);
    const agent = new Agent({ name: 'editor', model, tools: [applyPatchTool({ editor: createEditor(files) })] });
    const input = scriptOf(
      patchOf({ type: 'create_file', path: 'a.txt', diff: '+one\n+two' }),
      patchOf({ type: 'delete_file', path: 'old.txt' }),
    );
    const { history } = await new Runner().run(agent, input);
    expect([...files]).toEqual([['a.txt', 'one\ntwo']]);
    const change = patchOf({ type: 'update_file', path: 'a.txt', diff: '@@\n one\n-two\n+three' });
    const next = [...history, { role: 'user' as const, content: scriptOf(change) }];
    const { finalOutput } = await new Runner().run(agent, next);
    expect([...files]).toEqual([['a.txt', 'one\nthree']]);
    expect(finalOutput).toBe('completed\nchanged a.txt');
  });

  it('gives the failure of a patch to the model', async () => {
    const tools = [applyPatchTool({ editor: createEditor(new Map()) })];
    const input = scriptOf(patchOf({ type: 'update_file', path: 'none.txt', diff: '@@\n-a\n+b' }));
    const { finalOutput } = await new Runner().run(new Agent({ name: 'editor', model, tools }), input);
    expect(finalOutput).toBe('failed\nno file none.txt');
  });

  it('acts on a screen, whose picture a model without vision refuses', async () => {
    const clicks: unknown[] = [];
    const none = () => undefined;
    const computer: Computer = {
      environment: 'browser',
      dimensions: [800, 600],
      screenshot: () => 'AA==',
      click: (x, y, button) => void clicks.push([x, y, button]),
      doubleClick: none,
      scroll: none,
      type: none,
      wait: none,
      move: none,
      keypress: none,
      drag: none,
    };
    const agent = new Agent({ name: 'clicker', model, tools: [computerTool({ computer })] });
    const action = { type: 'click', button: 'left', x: 3, y: 4 };
    const input = scriptOf({ name: 'computer', arguments: { actions: [action] } });
    await expect(new Runner().run(agent, input)).rejects.toMatchObject({
      status: 400,
      param: expect.stringMatching(/^input\[\d+\]\.output\.type$/) as string,
    });
    expect(clicks).toEqual([[3, 4, 'left']]);
  });
});
