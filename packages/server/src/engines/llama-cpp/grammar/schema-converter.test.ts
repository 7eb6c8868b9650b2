import { describe, expect, it } from 'vitest';
import { TaskTimeout } from '../../../lib/task-thread.ts';
import type { SchemaBodies, SchemaRefusal } from './schema-bodies.ts';
import { createSchemaConverter } from './schema-converter.ts';

const { signal } = new AbortController();
const asked = (schema: unknown, param = 'p', strict = true) => [{ schema, param, strict, isArguments: false }];
/** Slow to convert: its names and addresses are checked against each other. */
const slow = (length: number) => ({ type: 'string', format: 'email', minLength: 5, maxLength: length });

/** A thread that answers when it is told to. */
function createHeldThread() {
  const tasks: { text: string; answer: PromiseWithResolvers<SchemaBodies | SchemaRefusal> }[] = [];
  const run = (text: string) => {
    const answer = Promise.withResolvers<SchemaBodies | SchemaRefusal>();
    tasks.push({ text, answer });
    return answer.promise;
  };
  return { tasks, thread: { run, waiting: 0 } };
}

describe('the conversion of schemas', () => {
  it('leaves the event loop to others meanwhile', async () => {
    let turns = 0;
    let going = true;
    const turn = () => {
      turns += 1;
      if (going) setImmediate(turn);
    };
    turn();
    const { rules, roots } = await createSchemaConverter().convert(asked(slow(40)), signal);
    going = false;
    expect(rules.length).toBeGreaterThan(10);
    expect(rules.map(([name]) => name)).toEqual(expect.arrayContaining([...roots]));
    // Done on the event loop, it would resolve in this very turn.
    expect(turns).toBeGreaterThan(2);
  });

  it('is done once for what is asked for again, at once or later, accepted or not', async () => {
    const { tasks, thread } = createHeldThread();
    const { convert } = createSchemaConverter(thread);
    const [first, second] = [convert(asked({ type: 'null' }), signal), convert(asked({ type: 'null' }), signal)];
    expect(tasks).toHaveLength(1);
    const made = { rules: [], roots: ['null'], ignored: [] };
    tasks[0]?.answer.resolve(made);
    expect(await Promise.all([first, second, convert(asked({ type: 'null' }), signal)])).toEqual([made, made, made]);
    const wrong = convert(asked({ a: 1 }, 'x'), signal);
    tasks[1]?.answer.resolve({ index: 0, path: '/a', message: "'a' is not supported" });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_json_schema', param: 'x' });
    await expect(convert(asked({ a: 1 }, 'y'), signal)).rejects.toMatchObject({ status: 400, param: 'y' });
    expect(tasks).toHaveLength(2);
  });

  it('names the schema of several that cannot be enforced', async () => {
    const schemas = [...asked({ type: 'null' }, 'a'), ...asked({ items: { not: {} } }, 'b')];
    await expect(createSchemaConverter().convert(schemas, signal)).rejects.toMatchObject({
      param: 'b',
      message: "Invalid schema for 'b' at '/items/not': 'not' is not supported.",
    });
  });

  it('is refused by the name of the parameter when it takes too long, and tried again', async () => {
    const { tasks, thread } = createHeldThread();
    const { convert } = createSchemaConverter(thread);
    const one = convert(asked({}, 'response_format.json_schema.schema'), signal);
    tasks[0]?.answer.reject(new TaskTimeout('it takes longer than 10 s'));
    await expect(one).rejects.toMatchObject({
      status: 400,
      code: 'invalid_json_schema',
      param: 'response_format',
    });
    const tools = [...asked({}, 'tools[0].function.parameters'), ...asked({}, 'tools[1].function.parameters')];
    const several = convert(tools, signal);
    tasks[1]?.answer.reject(new TaskTimeout('it takes longer than 10 s'));
    await expect(several).rejects.toMatchObject({ status: 400, param: 'tools' });
    void convert(tools, signal);
    expect(tasks).toHaveLength(3);
  });

  it('is given up by who leaves, and goes on for the others', async () => {
    const { tasks, thread } = createHeldThread();
    const { convert } = createSchemaConverter(thread);
    const leaving = new AbortController();
    const left = convert(asked({ type: 'null' }), leaving.signal);
    const stayed = convert(asked({ type: 'null' }), signal);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    tasks[0]?.answer.resolve({ rules: [], roots: ['null'], ignored: [] });
    expect((await stayed).roots).toEqual(['null']);
  });
});
