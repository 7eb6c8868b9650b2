/** `code_interpreter` as a function for models, and its arguments. Pure. */
import type { ToolFunction, ToolSettings } from '../tool.ts';

export const CODE_INTERPRETER = 'code_interpreter';

const DESCRIPTION =
  'Runs Python code and returns what it prints. Variables are kept between calls. Files are in /mnt/data. ' +
  'Shown plots are given to the user. There is no network. ' +
  'Refer to a file that the code wrote as sandbox:/mnt/data/NAME in the answer.';

/** Parameters that are listed in the description at most. */
const MAX_NAMED_FILES = 20;

/** Settings that the API of a loop adds to the entry in `tools`. */
export interface CodeSettings {
  /** The container in which code runs. */
  container_id?: string;
  /** Names of the files in the container. */
  filenames?: readonly string[];
}

const settingsOf = (settings: ToolSettings) => (settings[CODE_INTERPRETER] ?? {}) as CodeSettings;

export function toFunction(settings: ToolSettings): ToolFunction {
  const { container_id: containerId, filenames = [] } = settingsOf(settings);
  const named = filenames.slice(0, MAX_NAMED_FILES).map((name) => `/mnt/data/${name}`);
  const files = named.length === 0 ? '' : ` Files of the user: ${named.join(', ')}.`;
  return {
    name: CODE_INTERPRETER,
    description: `${DESCRIPTION}${files}`,
    parameters: {
      type: 'object',
      properties: { code: { type: 'string', description: 'Lines of Python, e.g. "n = 2 + 3\\nprint(n)".' } },
      required: ['code'],
      additionalProperties: false,
    },
    own: { type: CODE_INTERPRETER, details: containerId === undefined ? {} : { container_id: containerId } },
  };
}

const CODE_PROPERTY = /^\s*\{\s*"code"\s*:\s*"/;
/** Characters of JSON strings, without an escape that is cut. */
const STRING_CHARACTERS = /(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;

/** The code in the arguments that a model has written so far. Text that is no JSON object is code. */
export function readCode(text: string): string {
  const start = CODE_PROPERTY.exec(text);
  if (start === null) return text.trimStart().startsWith('{') ? readObject(text) : text;
  STRING_CHARACTERS.lastIndex = start[0].length;
  const [characters = ''] = STRING_CHARACTERS.exec(text) ?? [];
  return JSON.parse(`"${escapeControls(characters)}"`) as string;
}

/** A model without a grammar may write line ends in strings as they are. */
function escapeControls(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}

/** What the last piece of the arguments adds to the code. */
export function readCodeDelta(text: string, piece: string): string {
  const before = readCode(text.slice(0, text.length - piece.length));
  return readCode(text).slice(before.length);
}

/** Text that begins as an object may be one with the code at another place, or a set or dictionary in Python. */
function readObject(text: string): string {
  try {
    const { code } = JSON.parse(text) as { code?: unknown };
    return typeof code === 'string' ? code : '';
  } catch {
    return /^\s*\{\s*(?:"(?:c(?:o(?:d(?:e(?:"[\s:]*)?)?)?)?)?)?$/.test(text) ? '' : text;
  }
}

const FENCED = /^```[ \t]*(?:python3?|py)?[ \t]*\n([\s\S]*?)(?:^```|(?![\s\S]))/gim;
const TRIPLE_QUOTES = /"""|'''/;

/** The code without the Markdown around it. Fences in a string of the code are part of it. */
export function withoutFences(code: string): string {
  const first = code.search(/^```/m);
  if (first < 0 || TRIPLE_QUOTES.test(code.slice(0, first))) return code;
  const blocks = [...code.matchAll(FENCED)].map(([, block = '']) => block);
  return blocks.length === 0 ? code : blocks.join('\n');
}
