/** Targets of the cross references in Django's documentation: labels and described objects. */

const DIRECTIVE = /^(?<indent> *)\.\. (?:(?<label>_[^:`]+):\s*$|(?<kind>[a-z:-]+):: (?<name>[^\s(]+))/gmu;
/** Directives whose names are paths: members are found by the class name too. */
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
const OBJECT_ROLES = new Set(['class', 'meth', 'attr', 'func', 'data', 'exc']);
/** Role → directive of its targets. */
const NAMED: Readonly<Record<string, string>> = {
  setting: 'setting',
  djadmin: 'django-admin',
  ttag: 'templatetag',
  tfilter: 'templatefilter',
  lookup: 'fieldlookup',
  signal: 'signal',
};

/** A page of the manual with its sections. */
export interface Page {
  text: string;
  /** In order; each ends where the next starts. */
  sections: readonly { name: string; start: number }[];
}

/**
 * Returns the section of a reference in a list, or an empty list if it leads to several sections, a page or elsewhere.
 */
export function indexTargets(pages: readonly Page[]): (role: string, inner: string) => string[] {
  const sectionsByKey = new Map<string, Set<string>>();
  for (const { text, sections } of pages) {
    for (const [key, at] of keysOf(text)) {
      const section = sections.findLast(({ start }) => start <= at)?.name ?? '';
      sectionsByKey.set(key, (sectionsByKey.get(key) ?? new Set()).add(section));
    }
  }
  return (role, inner) => {
    const target = /<([^>]+)>$/u.exec(inner)?.[1] ?? inner;
    const found = sectionsByKey.get(toKey(role, target) ?? '') ?? new Set();
    return found.size === 1 ? [...found] : [];
  };
}

function toKey(role: string, target: string): string | undefined {
  if (role === 'ref') return `ref ${target.toLowerCase()}`;
  const named = NAMED[role];
  if (named !== undefined) return `${named} ${target.split(' ').at(-1)}`;
  if (!OBJECT_ROLES.has(role)) return undefined;
  return `object ${target.replace(/^[~.!]+/u, '').replace(/\(\)$/u, '')}`;
}

/** Objects that a page describes, with their positions. */
function* keysOf(text: string): Generator<[key: string, at: number]> {
  let module = '';
  const outer: { indent: number; name: string }[] = [];
  for (const { groups, index } of text.matchAll(DIRECTIVE)) {
    const { indent = '', label, kind = '', name = '' } = groups ?? {};
    if (label !== undefined) yield [`ref ${label.slice(1).toLowerCase()}`, index];
    else if (kind === 'module' || kind === 'currentmodule') module = name;
    else if (OBJECTS.has(kind)) {
      while ((outer.at(-1)?.indent ?? -1) >= indent.length) outer.pop();
      const path = [...outer.map((each) => each.name), name].join('.');
      if (kind === 'class' || kind === 'exception') outer.push({ indent: indent.length, name });
      for (const key of suffixes(module === '' ? path : `${module}.${path}`)) yield [key, index];
    } else yield [`${kind} ${name}`, index];
  }
}

/** `a.b.C` is also referenced as `b.C` and `C`. */
function* suffixes(path: string): Generator<string> {
  const parts = path.split('.');
  for (const start of parts.keys()) yield `object ${parts.slice(start).join('.')}`;
}
