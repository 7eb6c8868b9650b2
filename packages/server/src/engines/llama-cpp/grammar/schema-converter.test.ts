import { describe, expect, it } from 'vitest';
import { TaskTimeout } from '../../../lib/task-thread.ts';
import type { SchemaBodies, SchemaRefusal } from './schema-bodies.ts';
import { createSchemaConverter } from './schema-converter.ts';

const { signal } = new AbortController();
const request = (schema: unknown, param = 'p', strict = true) => [{ schema, param, strict, isArguments: false }];
/** Slow to convert, because the format is intersected with the length. */
const slow = (length: number) => ({ type: 'string', format: 'email', minLength: 5, maxLength: length });

/** A thread whose results the test resolves. */
function createHeldThread() {
  const tasks: { text: string; answer: PromiseWithResolvers<SchemaBodies | SchemaRefusal> }[] = [];
  const run = (text: string) => {
    const answer = Promise.withResolvers<SchemaBodies | SchemaRefusal>();
    tasks.push({ text, answer });
    return answer.promise;
  };
  return { tasks, thread: { run, waiting: 0 } };
}

describe('createSchemaConverter', () => {
  it('does not block the event loop during a conversion', async () => {
    let turns = 0;
    let isConverting = true;
    const turn = () => {
      turns += 1;
      if (isConverting) setImmediate(turn);
    };
    turn();
    const { rules, roots } = await createSchemaConverter().convert(request(slow(40)), signal);
    isConverting = false;
    expect(rules.length).toBeGreaterThan(10);
    expect(rules.map(([name]) => name)).toEqual(expect.arrayContaining([...roots]));
    // A conversion on the event loop would resolve in the first turn.
    expect(turns).toBeGreaterThan(2);
  });

  it('converts the same schema once for concurrent and later requests, even if it is refused', async () => {
    const { tasks, thread } = createHeldThread();
    const { convert } = createSchemaConverter(thread);
    const [first, second] = [convert(request({ type: 'null' }), signal), convert(request({ type: 'null' }), signal)];
    expect(tasks).toHaveLength(1);
    const bodies = { rules: [], roots: ['null'], ignored: [] };
    tasks[0]?.answer.resolve(bodies);
    expect(await Promise.all([first, second, convert(request({ type: 'null' }), signal)])).toEqual([
      bodies,
      bodies,
      bodies,
    ]);
    const wrong = convert(request({ a: 1 }, 'x'), signal);
    tasks[1]?.answer.resolve({ index: 0, path: '/a', message: "'a' is not supported" });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_json_schema', param: 'x' });
    await expect(convert(request({ a: 1 }, 'y'), signal)).rejects.toMatchObject({ status: 400, param: 'y' });
    expect(tasks).toHaveLength(2);
  });

  it('reports the parameter of the schema that cannot be enforced', async () => {
    const schemas = [...request({ type: 'null' }, 'a'), ...request({ items: { not: {} } }, 'b')];
    await expect(createSchemaConverter().convert(schemas, signal)).rejects.toMatchObject({
      param: 'b',
      message: "Invalid schema for 'b' at '/items/not': 'not' is not supported.",
    });
  });

  it('reports the parameter of a conversion that times out, and converts the schema again later', async () => {
    const { tasks, thread } = createHeldThread();
    const { convert } = createSchemaConverter(thread);
    const one = convert(request({}, 'response_format.json_schema.schema'), signal);
    tasks[0]?.answer.reject(new TaskTimeout('it takes longer than 10 s'));
    await expect(one).rejects.toMatchObject({
      status: 400,
      code: 'invalid_json_schema',
      param: 'response_format',
    });
    const tools = [...request({}, 'tools[0].function.parameters'), ...request({}, 'tools[1].function.parameters')];
    const several = convert(tools, signal);
    tasks[1]?.answer.reject(new TaskTimeout('it takes longer than 10 s'));
    await expect(several).rejects.toMatchObject({ status: 400, param: 'tools' });
    void convert(tools, signal);
    expect(tasks).toHaveLength(3);
  });

  it('rejects for an aborted request and continues the conversion for other requests', async () => {
    const { tasks, thread } = createHeldThread();
    const { convert } = createSchemaConverter(thread);
    const aborted = new AbortController();
    const first = convert(request({ type: 'null' }), aborted.signal);
    const second = convert(request({ type: 'null' }), signal);
    aborted.abort(new Error('disconnected'));
    await expect(first).rejects.toThrow('disconnected');
    tasks[0]?.answer.resolve({ rules: [], roots: ['null'], ignored: [] });
    expect((await second).roots).toEqual(['null']);
  });
});
