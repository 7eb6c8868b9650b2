/** Where the cross references of Django's documentation lead: labels, pages, and what directives describe. */
import type { SetDocument } from './retrieval-set.ts';

const DIRECTIVE = /^(?<indent> *)\.\. (?:(?<label>_[^:`]+):\s*$|(?<kind>[a-z:-]+):: (?<name>[^\s(]+))/gmu;
/** Whose names are paths: what stands in a class is found by the class's name too. */
const OBJECTS = new Set([
  'class',
  'method',
  'attribute',
  'function',
  'data',
  'exception',
  'classmethod',
  'staticmethod',
]);
const OBJECT_ROLES = new Set(['class', 'meth', 'attr', 'func', 'data', 'exc', 'mod']);
/** Role → directive, where one names the other. */
const NAMED: Readonly<Record<string, string>> = {
  setting: 'setting',
  djadmin: 'django-admin',
  ttag: 'templatetag',
  tfilter: 'templatefilter',
  lookup: 'fieldlookup',
  signal: 'signal',
};

/** Answers the pages that a reference leads to: one, or none where it leads to several or out of the pages. */
export function indexTargets(pages: readonly SetDocument[]): (role: string, inner: string) => string[] {
  const places = new Map<string, Set<string>>();
  const put = (key: string, page: string) => places.set(key, (places.get(key) ?? new Set()).add(page));
  for (const { name, text } of pages) {
    put(`doc /${name.replaceAll('~', '/').replace(/\.txt$/u, '')}`, name);
    for (const key of keysOf(text)) put(key, name);
  }
  return (role, inner) => {
    const target = /<([^>]+)>$/u.exec(inner)?.[1] ?? inner;
    const keys = toKeys(role, target);
    const found = new Set(keys.flatMap((key) => [...(places.get(key) ?? [])]));
    return found.size === 1 ? [...found] : [];
  };
}

function toKeys(role: string, target: string): string[] {
  if (role === 'doc') return [`doc ${target}`];
  if (role === 'ref') return [`ref ${target.toLowerCase()}`];
  const named = NAMED[role];
  if (named !== undefined) return [`${named} ${target.split(' ').at(-1)}`];
  return OBJECT_ROLES.has(role) ? [`object ${target.replace(/^[~.!]+/u, '').replace(/\(\)$/u, '')}`] : [];
}

function* keysOf(text: string): Generator<string> {
  let module = '';
  const outer: { indent: number; name: string }[] = [];
  for (const { groups } of text.matchAll(DIRECTIVE)) {
    const { indent = '', label, kind = '', name = '' } = groups ?? {};
    if (label !== undefined) yield `ref ${label.slice(1).toLowerCase()}`;
    else if (kind === 'module' || kind === 'currentmodule') {
      module = name;
      if (kind === 'module') yield* suffixes(name);
    } else if (OBJECTS.has(kind)) {
      while ((outer.at(-1)?.indent ?? -1) >= indent.length) outer.pop();
      const path = [...outer.map((each) => each.name), name].join('.');
      if (kind === 'class' || kind === 'exception') outer.push({ indent: indent.length, name });
      yield* suffixes(module === '' ? path : `${module}.${path}`);
    } else yield `${kind} ${name}`;
  }
}

/** `a.b.C` is referred to as `b.C` and `C` too. */
function* suffixes(path: string): Generator<string> {
  const parts = path.split('.');
  for (const start of parts.keys()) yield `object ${parts.slice(start).join('.')}`;
}
