import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { ConnectionOptions } from '../packages/client/src/transport/connection-options.ts';
import { resolveOptions } from '../packages/client/src/transport/resolve-options.ts';

const page = readFileSync(new URL('client-options.md', import.meta.url), 'utf8');
const sections = page.split(/^## /m).slice(2);
const OPTIONS = Object.keys(resolveOptions({}));

/** Configurations that an example passes to the constructor. */
function run(example: string): ConnectionOptions[] {
  const configurations: ConnectionOptions[] = [];
  class Selfsame {
    constructor(configuration: ConnectionOptions) {
      configurations.push(configuration);
    }
  }
  runInNewContext(example, { Selfsame });
  return configurations;
}

function examplesOf(text: string): string[] {
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
}

describe('docs/client-options.md', () => {
  it('has a section with an example that sets it for each of the 19 options', () => {
    const names = sections.map((section) => /^`(\w+)`/.exec(section)?.[1]);
    expect(names.toSorted()).toEqual([...OPTIONS, 'auth', 'validation', 'laxDataBinding'].toSorted());
    for (const [index, section] of sections.entries()) {
      const set = examplesOf(section).flatMap(run).flatMap(Object.keys);
      expect(set, section.slice(0, 40)).toContain(names[index]);
    }
  });

  it('has only examples that the client accepts', () => {
    for (const example of examplesOf(page)) {
      for (const configuration of run(example)) expect(() => resolveOptions(configuration)).not.toThrow();
    }
  });

  it.each(defaults())('states the default of %s', (option, field, initial) => {
    expect(statedDefault(option, field)).toBe(initial);
  });
});

/** Option, field and default; the field is empty for an option without fields. */
function defaults(): [string, string, string][] {
  const { circuitBreaker, ...options } = resolveOptions({ circuitBreaker: {} });
  const { rollingWindow, ...circuit } = circuitBreaker ?? {};
  return Object.entries({ ...options, circuitBreaker: { ...circuit, ...prefix(rollingWindow ?? {}) } }).flatMap(
    ([option, value]): [string, string, string][] =>
      typeof value === 'object'
        ? Object.entries(value as object).map(([field, initial]) => [option, field, toText(initial)])
        : [[option, '', toText(value)]],
  );
}

function prefix(window: object): object {
  return Object.fromEntries(Object.entries(window).map(([name, value]) => [`rollingWindow.${name}`, value]));
}

function toText(initial: unknown): string {
  return initial === undefined || Array.isArray(initial) ? 'none' : `${initial as string | number | boolean}`;
}

/** Cell of the overview. Rows without an option belong to the option above. */
function statedDefault(option: string, field: string): string | undefined {
  let current = '';
  for (const line of page.split('\n').filter((each) => each.startsWith('| '))) {
    const [, name = '', ownField = '', initial] = line.split('|').map((cell) => cell.trim().replaceAll('`', ''));
    if (name !== '') current = name;
    if (current === option && (ownField === field || ownField.split(', ').includes(field))) return initial;
  }
  return undefined;
}
