import { describe, expect, it } from 'vitest';
import { errors } from '../../errors/catalogue.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import { describeServerTool } from '../tool.conformance.ts';
import type { CodeContainer, CodeExecution, ToolContext } from '../tool.ts';
import { createCodeInterpreter } from './code-interpreter.ts';
import { readCode, withoutFences } from './definition.ts';

const NOTHING: CodeExecution = { status: 'completed', outputs: [], files: [], isNew: false };
const interpreters = { probe: async () => undefined, unavailable: undefined };
const tool = createCodeInterpreter({ interpreters });

const containerOf = (execute: CodeContainer['execute']): CodeContainer => ({ id: 'cntr_1', execute });
const repositories = {} as ProjectRepositories;

describeServerTool('code_interpreter', async () => ({
  tool,
  repositories,
  container: containerOf(async () => NOTHING),
  validArguments: '{"code":"print(1)"}',
  dispose: async () => undefined,
}));

const callOf = (text: string): ModelCall => ({
  id: 'call_1',
  name: 'code_interpreter',
  arguments: text,
  output: null,
  own: { type: 'code_interpreter', details: {} },
});

/** Runs the call in a container that returns the execution. */
async function run(text: string, execution: Partial<CodeExecution> = {}, contextTokens = 4096) {
  const codes: string[] = [];
  const container = containerOf(async (code) => {
    codes.push(code);
    return { ...NOTHING, ...execution };
  });
  const context = { settings: {}, resources: [], repositories, container, contextTokens, earlierCalls: [] };
  const call = await tool.run(callOf(text), {
    ...context,
    signal: new AbortController().signal,
    onUsage: () => undefined,
  } as ToolContext);
  return { codes, call, output: call.output ?? '' };
}

describe('the code of a call', () => {
  it.each([
    ['{"code": "print(1)"}', 'print(1)'],
    ['{"code":"a = \\"x\\"\\nb = \'\\u00e9\\\\n\'"}', 'a = "x"\nb = \'é\\n\''],
    // Cut in the middle of an escape.
    ['{"code":"a\\nb\\u00', 'a\nb'],
    ['{"code":"a\\', 'a'],
    ['{"co', ''],
    ['{', ''],
    // Line ends that are not escaped.
    ['{"code":"a\nb"}', 'a\nb'],
    ['{"language":"python","code":"c"}', 'c'],
    ['print(1)', 'print(1)'],
    ['{1: 2}', '{1: 2}'],
    ['{"code": 5}', ''],
  ])('of %j is %j', (text, code) => {
    expect(readCode(text)).toBe(code);
  });

  it('grows by each piece that the model writes', () => {
    const text = JSON.stringify({ code: 'x = "é\\t\u{1f600}"\nprint(f"{x}\\n")\n' });
    let before = '';
    for (let length = 1; length <= text.length; length += 1) {
      const code = readCode(text.slice(0, length));
      expect(code.startsWith(before)).toBe(true);
      before = code;
    }
    expect(before).toBe('x = "é\\t\u{1f600}"\nprint(f"{x}\\n")\n');
  });

  it.each([
    ['```python\nprint(1)\n```', 'print(1)\n'],
    ['Here is the code:\n```py\na = 1\n```\nand\n```\nb = 2\n```\n', 'a = 1\n\nb = 2\n'],
    ['```\nprint(1)', 'print(1)'],
    ['md = """\n```python\nx\n```\n"""', 'md = """\n```python\nx\n```\n"""'],
    ['print(1)', 'print(1)'],
  ])('is executed without the Markdown around it: %j', (code, executed) => {
    expect(withoutFences(code)).toBe(executed);
  });
});

describe('what the model reads of an execution', () => {
  it('is the output, and the names of the files that the code wrote', async () => {
    const { codes, output } = await run('{"code":"```python\\nprint(1)\\n```"}', {
      outputs: [
        { type: 'logs', text: '1\n' },
        { type: 'image', containerFileId: 'cfile_1', filename: 'a.png' },
      ],
      files: [{ path: '/mnt/data/b.csv', containerFileId: 'cfile_2' }],
    });
    expect(codes).toEqual(['print(1)\n']);
    expect(output).toBe('1\n[A plot was shown to the user.]\nFiles written: /mnt/data/b.csv');
  });

  it('says that nothing was printed', async () => {
    expect((await run('{"code":"x = 1"}')).output).toContain('print');
  });

  it('is cut to a quarter of the context, with its end, which has the error', async () => {
    const text = `${'x'.repeat(50_000)}\nValueError: bad\n`;
    const { output } = await run('{"code":"f()"}', { status: 'failed', outputs: [{ type: 'logs', text }] }, 1000);
    expect(output.length).toBeLessThan(850);
    expect(output).toMatch(/^x+\n\[\d+ characters are left out\]\nx+\nValueError: bad$/);
  });

  it('says that variables are gone only if a name is unknown to a new interpreter', async () => {
    const failed = (text: string, isNew: boolean) =>
      run('{"code":"x"}', { status: 'failed', isNew, outputs: [{ type: 'logs', text }] });
    expect((await failed("NameError: name 'x'", true)).output).toContain('started again');
    expect((await failed("NameError: name 'x'", false)).output).not.toContain('started again');
    expect((await failed('ValueError', true)).output).not.toContain('started again');
  });

  it('is an error of the container, and errors of the server are thrown', async () => {
    const failing = (error: Error) => {
      const container = containerOf(async () => {
        throw error;
      });
      const context = { settings: {}, container, contextTokens: 4096, signal: new AbortController().signal };
      return tool.run(callOf('{"code":"x"}'), context as unknown as ToolContext);
    };
    expect((await failing(errors.containerExpired('cntr_1'))).output).toContain('is expired');
    await expect(failing(new Error('disk'))).rejects.toThrow('disk');
  });

  it('is an error without an execution for arguments without code', async () => {
    const { codes, output } = await run('{}');
    expect(codes).toEqual([]);
    expect(output).toContain('{"code"');
  });
});

describe('references to files', () => {
  const wrote = (path: string, id: string): ModelCall => ({
    ...callOf('{}'),
    own: {
      type: 'code_interpreter',
      details: { container_id: 'cntr_1', files: [{ path, container_file_id: id, file_id: `file-${id}` }] },
    },
  });
  const calls = [wrote('/mnt/data/a.csv', '1'), wrote('/mnt/data/a.csv.gz', '2'), wrote('/mnt/data/a.csv', '3')];
  const find = (text: string, search = { from: 0, isWhole: true }) =>
    (tool.findCitations?.(text, calls, search) ?? []).map(({ text: mark, start, source }) => [
      mark,
      start,
      source.type === 'written_file' ? source.containerFileId : '',
    ]);

  it('are found with the last file of their path', () => {
    expect(find('See [a](sandbox:/mnt/data/a.csv), sandbox:/mnt/data/a.csv.gz.')).toEqual([
      ['sandbox:/mnt/data/a.csv', 8, '3'],
      ['sandbox:/mnt/data/a.csv.gz', 34, '2'],
    ]);
    expect(find('sandbox:/mnt/data/b.csv and sandbox:/mnt/data/a.csvx')).toEqual([]);
  });

  it('are found in a text that goes on only when their end is known', () => {
    const search = { from: 0, isWhole: false };
    expect(find('See sandbox:/mnt/data/a.csv', search)).toEqual([]);
    expect(find('See sandbox:/mnt/data/a.csv.', search)).toEqual([]);
    expect(find('See sandbox:/mnt/data/a.csv. ', search)).toHaveLength(1);
    expect(tool.mayEndCitation?.('.csv', 'sandbox:/mnt/data/a.csv')).toBe(false);
    expect(tool.mayEndCitation?.(') x', 'sandbox:/mnt/data/a.csv) x')).toBe(true);
    expect(tool.mayEndCitation?.(') x', 'words) x')).toBe(false);
  });
});
