/** Locates a value or a property name in a JSON text. The text must be valid JSON. */
import type { ValuePath } from './form.ts';

export interface Position {
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Undefined = the path does not exist. */
export function locateInJson(text: string, path: ValuePath, what: 'value' | 'name' = 'value'): Position | undefined {
  const tokens = [...text.matchAll(TOKEN)];
  const found = walk(tokens, path, what);
  return found === undefined ? undefined : toPosition(text, found);
}

export function toPosition(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function walk(tokens: readonly RegExpExecArray[], path: ValuePath, what: 'value' | 'name'): number | undefined {
  let at = 0;
  const next = () => tokens[at++]?.[0] ?? '';
  let result: number | undefined;
  /** Reads one value. `rest`: the rest of the path; undefined = the value is not on the path. */
  const value = (rest: ValuePath | undefined): void => {
    if (rest?.length === 0) result ??= tokens[at]?.index;
    const opening = next();
    if (opening !== '{' && opening !== '[') return;
    for (let index = 0; at < tokens.length; index += 1) {
      if (tokens[at]?.[0] === '}' || tokens[at]?.[0] === ']') break;
      let key: string | number = index;
      const keyAt = tokens[at]?.index;
      if (opening === '{') {
        key = JSON.parse(next()) as string;
        next();
      }
      const isOnPath = rest !== undefined && rest[0] === key;
      if (isOnPath && what === 'name' && rest.length === 1) result ??= keyAt;
      value(isOnPath ? rest.slice(1) : undefined);
      if (tokens[at]?.[0] === ',') next();
    }
    next();
  };
  value(path);
  return result;
}
