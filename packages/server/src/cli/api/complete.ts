/** Completions of a command line of `selfsame api`, for the scripts of the shells. Pure. */
import type { Operation } from '@selfsame/contract/operation';
import { findNode, type Node, operationsBelow } from './command-tree.ts';
import { fieldsOf, findTarget, toFlag } from './fields.ts';
import { GENERAL_FLAGS, type GeneralFlag } from './parse-words.ts';
import { OUTPUT_FORMATS } from './print-result.ts';
import { factsOf, type SchemaFacts } from './schema-facts.ts';

export interface Completion {
  word: string;
  /** One line. */
  about: string;
}

/** @param words the words after `selfsame api`; the last one, which may be empty, is completed. */
export function complete(root: Node<Operation>, words: readonly string[]): Completion[] {
  const last = words.at(-1) ?? '';
  const { node, rest } = findNode(root, words.slice(0, -1));
  const before = rest.at(-1);
  const candidates = candidatesOf(node, { last, before, isFirst: rest.length === 0 });
  return candidates.filter(({ word }) => word.startsWith(last));
}

interface Place {
  last: string;
  /** The word before the last one, after the words of the command. */
  before: string | undefined;
  /** Whether the last word follows the words of the command. */
  isFirst: boolean;
}

function candidatesOf(node: Node<Operation>, { last, before, isFirst }: Place): Completion[] {
  const { operation } = node;
  const words = isFirst ? [...node.children.values()].map(toCommand) : [];
  if (operation === undefined) return words;
  const values =
    before?.startsWith('--') === true && !before.includes('=') ? valuesAfter(before, operation) : undefined;
  if (values !== undefined) return values;
  return last.startsWith('-') || words.length === 0 ? [...words, ...flagsAt(last, operation)] : words;
}

function toCommand(child: Node<Operation>): Completion {
  const about = child.operation?.summary ?? `${operationsBelow(child).length} commands`;
  return { word: child.words.at(-1) ?? '', about };
}

/** The values of a flag; undefined if the flag takes none. An empty list leaves the completion to the shell. */
function valuesAfter(flag: string, operation: Operation): Completion[] | undefined {
  const name = flag.slice('--'.length);
  if (name === 'output') return OUTPUT_FORMATS.map((word) => ({ word, about: '' }));
  if (Object.hasOwn(GENERAL_FLAGS, name)) {
    return GENERAL_FLAGS[name as GeneralFlag].value === 'switch' ? undefined : [];
  }
  const target = findTarget(fieldsOf(operation), name);
  if (target === undefined) return undefined;
  const facts = factsOf(target.schema);
  if (facts.types.has('boolean') && !facts.types.has('string')) return undefined;
  const { values } = facts.types.has('array') && facts.items !== undefined ? factsOf(facts.items) : facts;
  return values.map((word) => ({ word, about: '' }));
}

/** The flags of fields and the general flags; after a dot, those of the parts of a field. */
function flagsAt(last: string, operation: Operation): Completion[] {
  const fields = fieldsOf(operation);
  const dot = last.lastIndexOf('.');
  if (dot < 0) {
    const general = Object.entries(GENERAL_FLAGS).map(([name, { about }]) => ({ word: `--${name}`, about }));
    const own = fields.map(({ name, schema }) => ({
      word: `--${toFlag(name)}`,
      about: firstSentence(factsOf(schema)),
    }));
    return [...own, ...general];
  }
  const prefix = last.slice(0, dot);
  const target = findTarget(fields, prefix.slice('--'.length));
  if (target === undefined) return [];
  return [...factsOf(target.schema).properties].map(([name, schema]) => ({
    word: `${prefix}.${toFlag(name)}`,
    about: firstSentence(factsOf(schema)),
  }));
}

const firstSentence = ({ description = '' }: SchemaFacts): string =>
  (/^.*?\.(?=\s|$)/.exec(description)?.[0] ?? description).replaceAll(/\s+/g, ' ');
