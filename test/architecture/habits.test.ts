/** House rules about the content of files: reading the environment, printing, SQL, comments and sizes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SIZE_EXCEPTIONS } from './size-exceptions.ts';
import { isTest, moduleOf, ROOT, readSources, type SourceFile } from './sources.ts';

const MAX_LINES = 300;
const MAX_FUNCTION_LINES = 60;
const MAX_PARAMETERS = 4;

const server = readSources('packages/server/src', (path) => !isTest(path));
const contract = readSources('packages/contract/src', (path) => !isTest(path));
/** The other packages. Generated files follow from the contract. */
const others = readSources(
  'packages',
  (path) => /^packages\/(?!server|contract)[^/]+\/src\//.test(path) && !isTest(path) && !path.includes('/generated/'),
);

function using(pattern: RegExp, files: readonly SourceFile[], allowed: (module: string) => boolean): string[] {
  return files
    .filter((file) => pattern.test(withoutComments(file.text)) && !allowed(moduleOf(file.path)))
    .map((file) => file.path);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}

describe('habits', () => {
  it('only config reads the environment', () => {
    expect(using(/process\.env\b/, server, (module) => module === 'config')).toEqual([]);
  });

  it('only the command line prints', () => {
    expect(using(/\bconsole\.\w/, server, (module) => module === 'cli')).toEqual([]);
  });

  it('the loop imports no repository of an API', () => {
    const loop = server.filter(({ path }) => path.includes('/generation/loop/'));
    expect(loop.length).toBeGreaterThan(10);
    expect(using(/storage\/repositories\/(?!events\.ts|model-calls\.ts)/, loop, () => false)).toEqual([]);
  });

  it('only storage contains SQL', () => {
    const sql = /\b(SELECT\s+.+\s+FROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE|PRAGMA)\b/;
    expect(using(sql, server, (module) => module === 'storage/sql')).toEqual([]);
  });

  it('every module has a README of one to five lines', () => {
    const modules = readdirSync(join(ROOT, 'packages/server/src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const wrong = modules.filter(({ name }) => {
      const lines = readFileSync(join(ROOT, 'packages/server/src', name, 'README.md'), 'utf8')
        .split('\n')
        .slice(2)
        .filter((line) => line !== '');
      return lines.length < 1 || lines.length > 5;
    });
    expect(wrong.map((entry) => entry.name)).toEqual([]);
  });

  it('every source file starts with a comment about its content', () => {
    // The path identifies the file of an operation; every other file needs a comment.
    const bare = [...server, ...others].filter(
      ({ path, text }) =>
        !/\/resources\/.*\/(create|list|retrieve|update|delete|cancel)\.ts$/.test(path) &&
        !/^(#!.*\n)?\/\*\*/.test(text) &&
        !text.includes('\n/** '),
    );
    expect(bare.map((file) => file.path)).toEqual([]);
  });
});

describe('sizes', () => {
  it('the packages besides server and contract are among the files of these tests', () => {
    const names = new Set(others.map(({ path }) => path.split('/')[1]));
    expect([...names]).toEqual(expect.arrayContaining(['client', 'mcp']));
  });

  it(`no source file has more than ${MAX_LINES} lines`, () => {
    // Schemas are data: the contract is exempt.
    const long = [...server, ...others].filter(
      ({ path, text }) => text.split('\n').length - 1 > MAX_LINES && SIZE_EXCEPTIONS.files[path] === undefined,
    );
    expect(long.map((file) => file.path)).toEqual([]);
  });

  it(`no function has more than ${MAX_FUNCTION_LINES} lines or ${MAX_PARAMETERS} parameters`, () => {
    const found = [...server, ...contract, ...others].flatMap((file) =>
      functionsOf(file).filter(({ lines, parameters }) => lines > MAX_FUNCTION_LINES || parameters > MAX_PARAMETERS),
    );
    const names = found.map(({ name, lines, parameters }) => `${name} (${lines} lines, ${parameters} parameters)`);
    expect(names.filter((name) => SIZE_EXCEPTIONS.functions[name.split(' ')[0] ?? ''] === undefined)).toEqual([]);
  });

  it('finds a function that is too long and one with too many parameters', () => {
    const text = `export function long(a: string, b: string, c: number, d: number, e: number): void {\n${'  go();\n'.repeat(70)}}\n`;
    expect(functionsOf({ path: 'planted.ts', text })).toEqual([{ name: 'planted.ts:long', lines: 72, parameters: 5 }]);
  });

  it('every exception is still needed', () => {
    const long = new Set(server.filter(({ text }) => text.split('\n').length - 1 > MAX_LINES).map((file) => file.path));
    const large = new Set(
      [...server, ...contract]
        .flatMap(functionsOf)
        .filter(({ lines, parameters }) => lines > MAX_FUNCTION_LINES || parameters > MAX_PARAMETERS)
        .map(({ name }) => name),
    );
    expect(Object.keys(SIZE_EXCEPTIONS.files).filter((path) => !long.has(path))).toEqual([]);
    expect(Object.keys(SIZE_EXCEPTIONS.functions).filter((name) => !large.has(name))).toEqual([]);
  });
});

interface FunctionSize {
  name: string;
  lines: number;
  parameters: number;
}

/** Top-level functions of a formatted file: from `function name(` at the left margin to the first `}` there. */
function functionsOf({ path, text }: SourceFile): FunctionSize[] {
  const lines = text.split('\n');
  return lines.flatMap((line, start) => {
    const name = /^(?:export )?(?:default )?(?:async )?function\*? (\w+)/.exec(line)?.[1];
    if (name === undefined) return [];
    const end = lines.findIndex((each, index) => index >= start && each.startsWith('}') && each.trim() === '}');
    const head = lines.slice(start, end + 1).join('\n');
    return [{ name: `${path}:${name}`, lines: end - start + 1, parameters: countParameters(head) }];
  });
}

/** Commas at the first level of the parameter list. */
function countParameters(text: string): number {
  let depth = 0;
  let commas = 0;
  let any = false;
  for (const character of text.slice(text.indexOf('('))) {
    if ('([{<'.includes(character)) depth += 1;
    else if (')]}>'.includes(character)) depth -= 1;
    else if (character === ',' && depth === 1) commas += 1;
    if (depth === 0) break;
    if (depth === 1 && /\w/.test(character)) any = true;
  }
  const trailing = /,\s*\)/.test(text.slice(0, text.indexOf('{'))) ? 1 : 0;
  return any || commas > 0 ? commas + 1 - trailing : 0;
}
