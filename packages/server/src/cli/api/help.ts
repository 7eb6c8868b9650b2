/** Help texts of `selfsame api`, from the contract. Pure. */
import type { Operation } from '@selfsame/contract/operation';
import { type Node, operationsBelow } from './command-tree.ts';
import { fieldsOf, flagsOf } from './fields.ts';
import { GENERAL_FLAGS } from './parse-words.ts';
import { describeTypes } from './read-value.ts';
import { factsOf, type SchemaFacts } from './schema-facts.ts';

/** Levels of objects whose parts the help lists. */
const DEPTH = 2;
const INDENT = '  ';
const MAX_NAME_WIDTH = 34;

type Row = readonly [name: string, about: string];

/** Help of a group, or of one operation. */
export function helpOf(node: Node<Operation>, width = 100): string {
  return node.operation === undefined || node.children.size > 0
    ? helpOfGroup(node, width)
    : helpOfOperation(node, width);
}

function helpOfGroup(node: Node<Operation>, width: number): string {
  const rows = [...node.children.values()].map((child): Row => [child.words.at(-1) ?? '', aboutOf(child)]);
  const own = node.operation === undefined ? [] : ['', helpOfOperation(node, width)];
  return [
    `Usage: ${[...program(node), '<command>', '…'].join(' ')}`,
    '',
    'Commands:',
    ...rows.toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap((row) => layOut(row, width)),
    ...own,
    '',
    `\`${[...program(node), '<command>', '--help'].join(' ')}\` describes a command.`,
  ].join('\n');
}

function aboutOf(child: Node<Operation>): string {
  if (child.operation !== undefined && child.children.size === 0) return child.operation.summary;
  const count = operationsBelow(child).length;
  return count === 1 ? '1 command' : `${count} commands`;
}

function helpOfOperation(node: Node<Operation>, width: number): string {
  const { operation } = node;
  if (operation === undefined) return '';
  const params = Object.entries(operation.params?.properties ?? {});
  const fields = fieldsOf(operation);
  const rows = fields.flatMap((field) =>
    flagsOf(field, DEPTH).map(
      ({ flag, facts }, index): Row => [
        `--${flag}${toPlaceholder(facts)}`,
        describe(facts, index === 0 && field.isRequired),
      ],
    ),
  );
  const general = Object.entries(GENERAL_FLAGS)
    .filter(([name]) => isUseful(name, operation))
    .map(([name, { value, about }]): Row => [`--${name}${value === 'switch' ? '' : ` ${value}`}`, about]);
  return [
    `Usage: ${[...program(node), ...params.map(([name]) => `<${name}>`), ...(rows.length > 0 ? ['[flags]'] : [])].join(' ')}`,
    '',
    `${operation.summary} (${operation.method} ${operation.path}, \`${operation.id}\`)`,
    ...section(
      'Values',
      params.map(([name, schema]): Row => [name, factsOf(schema).description ?? '']),
      width,
    ),
    ...section('Flags', rows, width),
    ...section('General flags', general, width),
  ].join('\n');
}

const program = (node: Node<Operation>): string[] => ['selfsame', 'api', ...node.words];

function isUseful(name: string, operation: Operation): boolean {
  if (name === 'body') return operation.body !== undefined;
  if (name === 'all') return operation.method === 'GET' && 'limit' in (operation.query?.properties ?? {});
  return name !== 'admin-key' || operation.authority === 'admin';
}

function section(title: string, rows: readonly Row[], width: number): string[] {
  return rows.length === 0 ? [] : ['', `${title}:`, ...rows.flatMap((row) => layOut(row, width))];
}

/** ` <integer>`; nothing for a switch. */
function toPlaceholder(facts: SchemaFacts): string {
  if (facts.isFile || (facts.items !== undefined && factsOf(facts.items).isFile)) return ' @FILE';
  const types = [...facts.types].filter((type) => type !== 'null');
  if (types.length === 1 && types[0] === 'boolean') return '';
  return ` <${types.length === 0 ? 'json' : types.join('|')}>`;
}

function describe(facts: SchemaFacts, isRequired: boolean): string {
  const parts = [
    isRequired ? 'Required.' : '',
    facts.isDeprecated ? 'Deprecated.' : '',
    facts.description ?? '',
    facts.values.length > 0 ? `One of ${describeTypes(facts)}.` : '',
    facts.mapValues !== undefined && facts.properties.size === 0 ? 'A key follows after a dot.' : '',
    facts.default === undefined || facts.default === null ? '' : `Default: ${JSON.stringify(facts.default)}.`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

/** Name and text in two columns; a long name stands on a line alone. */
function layOut([name, about]: Row, width: number): string[] {
  const column = MAX_NAME_WIDTH + INDENT.length * 2;
  const lines = wrap(about, Math.max(30, width - column));
  if (lines.length === 0) return [`${INDENT}${name}`];
  const head = name.length > MAX_NAME_WIDTH ? [`${INDENT}${name}`] : [];
  const first = head.length > 0 ? '' : `${INDENT}${name}`;
  return [...head, ...lines.map((line, index) => `${(index === 0 ? first : '').padEnd(column)}${line}`)];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
