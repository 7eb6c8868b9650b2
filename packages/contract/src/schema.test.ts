import { Ajv2020 } from 'ajv/dist/2020.js';
import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { anyObject, HINT_KEYWORD, hint, mapOf, named, nullable, oneOf, ref, tagged, targetOf } from './schema.ts';

const Cat = named('Cat', Type.Object({ kind: Type.Literal('cat'), lives: Type.Integer() }));
const Dog = named('Dog', Type.Object({ kind: Type.Literal('dog'), tricks: Type.Array(Type.String()) }));

/** Compiles a schema beside the named ones it refers to, as the server does. */
function compile(schema: object, ...components: { $id: string }[]) {
  const ajv = new Ajv2020({ strict: false, discriminator: true, allErrors: true });
  const schemas = Object.fromEntries(components.map((each) => [each.$id, { ...each }]));
  ajv.addSchema({ $id: 'document', components: { schemas }, checked: schema });
  const validate = ajv.getSchema('document#/checked');
  if (validate === undefined) throw new Error('not compiled');
  return (value: unknown) => {
    void validate(value);
    return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.keyword}`);
  };
}

describe('named and ref', () => {
  it('keeps the name and the target of a reference out of the JSON', () => {
    expect(JSON.stringify(ref(Cat))).toBe('{"$ref":"#/components/schemas/Cat"}');
    expect(JSON.parse(JSON.stringify(Cat))).not.toHaveProperty('$id');
    expect(Cat.$id).toBe('Cat');
  });

  it('finds the target of a reference, also through Optional and nullable', () => {
    expect(targetOf(ref(Cat))).toBe(Cat);
    expect(targetOf(Type.Optional(ref(Cat)))).toBe(Cat);
    const { anyOf } = nullable(ref(Cat)) as unknown as { anyOf: object[] };
    expect(anyOf.map((branch) => targetOf(branch))).toEqual([Cat, undefined]);
    expect(targetOf(Cat)).toBeUndefined();
  });
});

describe('nullable', () => {
  it('adds null to a plain type in place, so that a wrong value gives one error', () => {
    const check = compile(nullable(Type.Integer({ minimum: 1 })));
    expect(check(null)).toEqual([]);
    expect(check(1)).toEqual([]);
    expect(check(0)).toEqual([' minimum']);
    expect(check('1')).toEqual([' type']);
  });

  it('adds null to an enumeration and a constant', () => {
    for (const schema of [nullable(oneOf(['a', 'b'])), nullable(Type.Literal('a'))]) {
      const check = compile(schema);
      expect(check(null)).toEqual([]);
      expect(check('a')).toEqual([]);
      expect(check('c')).toEqual([' enum']);
    }
  });

  it('adds one branch to an anyOf and keeps its keywords', () => {
    const schema = nullable(Type.Union([Type.String(), Type.Integer()], { description: 'either' }), { default: null });
    expect(schema).toEqual({
      anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }],
      description: 'either',
      default: null,
    });
  });

  it('wraps a reference and a tagged union', () => {
    const reference = compile(nullable(ref(Cat)), Cat);
    expect(reference(null)).toEqual([]);
    expect(reference({ kind: 'cat', lives: 9 })).toEqual([]);
    expect(reference({ kind: 'cat' })).not.toEqual([]);
    const animal = tagged('kind', [Cat, Dog]);
    expect(nullable(animal)).toEqual({ anyOf: [animal, { type: 'null' }] });
    const union = compile(nullable(animal), Cat, Dog);
    expect(union(null)).toEqual([]);
    expect(union({ kind: 'dog', tricks: [] })).toEqual([]);
    expect(union(3)).not.toEqual([]);
  });
});

describe('tagged', () => {
  const check = compile(tagged('kind', [Cat, Dog]), Cat, Dog);

  it('validates a tagged union only by the variant of its tag', () => {
    expect(check({ kind: 'cat', lives: 9 })).toEqual([]);
    expect(check({ kind: 'dog', tricks: 'sit' })).toEqual(['/tricks type']);
  });

  it('reports one error for an unknown or a missing tag', () => {
    expect(check({ kind: 'fish' })).toEqual([' discriminator']);
    expect(check({})).toEqual([' discriminator']);
  });

  it('refuses a value that is not an object for a tagged union', () => {
    for (const value of ['cat', 3, null, []]) expect(check(value)).toEqual([' type']);
  });
});

describe('maps and marks', () => {
  it('validates the values of a map but not of a free object', () => {
    const check = compile(mapOf(Type.Integer()));
    expect(check({ a: 1, b: 2 })).toEqual([]);
    expect(check({ a: 'x' })).toEqual(['/a type']);
    expect(compile(anyObject())({ a: [{}] })).toEqual([]);
    expect(compile(anyObject())([])).toEqual([' type']);
  });

  it('marks a hint in the JSON', () => {
    expect(JSON.parse(JSON.stringify(hint(Type.String())))).toEqual({ type: 'string', [HINT_KEYWORD]: true });
  });
});
