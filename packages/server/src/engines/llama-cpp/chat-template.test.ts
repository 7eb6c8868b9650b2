import { describe, expect, it } from 'vitest';
import type { TextMessage } from '../message-content.ts';
import { createChatTemplate } from './chat-template.ts';

const compile = (source: string) => createChatTemplate({ source, modelId: 'm', bosToken: '<s>', eosToken: '</s>' });
const plain = '{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}';
const user: TextMessage = { role: 'user', content: 'Hi' };

describe('createChatTemplate', () => {
  it('renders roles, contents, special strings and the generation prompt', () => {
    const source = `${plain}{{ eos_token }}{% if add_generation_prompt %}[assistant]{% endif %}`;
    expect(compile(source)([user])).toBe('<s>[user]Hi</s>[assistant]');
  });

  it('renders a developer message as system if the template does not support developers', () => {
    expect(compile(plain)([{ role: 'developer', content: 'Be brief.' }])).toBe('<s>[system]Be brief.');
    const supporting = `{# developer #}${plain}`;
    expect(compile(supporting)([{ role: 'developer', content: 'Be brief.' }])).toBe('<s>[developer]Be brief.');
  });

  it('passes names and tool call ids to the template', () => {
    const source = '{% for m in messages %}{{ m.name }}/{{ m.tool_call_id }}: {{ m.content }}{% endfor %}';
    expect(compile(source)([{ role: 'tool', content: '7', name: 'sum', toolCallId: 'call_1' }])).toBe('sum/call_1: 7');
  });

  it('refuses messages that the template refuses and reports the reason', () => {
    const render = compile("{{ raise_exception('roles must alternate') }}");
    expect(() => render([user])).toThrow("'m' does not take these messages: roles must alternate.");
  });

  it('refuses a message that the template would drop', () => {
    const render = compile("{% for m in messages if m.role == 'user' %}{{ m.content }}{% endfor %}");
    expect(() => render([{ role: 'system', content: 'Be brief.' }, user])).toThrow(
      "leaves out what the role 'system' says",
    );
    expect(render([user])).toBe('Hi');
  });

  it('accepts contents that the template trims or serialises as JSON', () => {
    const message: TextMessage = { role: 'user', content: ' say "x" ' };
    expect(compile('{% for m in messages %}{{ m.content | trim }}{% endfor %}')([message])).toBe('say "x"');
    expect(compile('{% for m in messages %}{{ m.content | tojson }}{% endfor %}')([message])).toBe('" say \\"x\\" "');
  });

  it('names the model whose template cannot be read', () => {
    expect(() => compile('{% for %}')).toThrow("The chat template of 'm' cannot be read");
  });

  const CALLS = `${plain}{% for m in messages %}{% if m.tool_calls %}{% for c in m.tool_calls %}
<tool_call>{{ c.id }} {{ c.type }} {{ c.function.name }} {{ c.function.arguments | tojson }}{% endfor %}{% endif %}{% endfor %}`;
  const calling = (text: string): TextMessage => ({
    role: 'assistant',
    content: '',
    toolCalls: [{ id: 'c', name: 'look', arguments: text }],
  });

  it('passes calls to the template with their arguments as an object', () => {
    expect(compile(CALLS)([user, calling('{"at":{"x":[1, "a b"]}}')])).toContain(
      '<tool_call>c function look {"at": {"x": [1, "a b"]}}',
    );
    expect(compile(CALLS)([user, calling('{"cut')])).toContain('look "{\\"cut"');
  });

  it('refuses calls and functions that the template would drop', () => {
    expect(() => compile(plain)([user, calling('{}')])).toThrow('leaves out calls');
    const names = `${plain}{% for m in messages %}{% if m.tool_calls %}{{ m.tool_calls[0].function.name }}{% endif %}{% endfor %}`;
    expect(() => compile(names)([user, calling('{"x": 1}')])).toThrow('leaves out calls');
    expect(() => compile(plain)([user], { tools: [{ name: 'look', param: 'p' }] })).toThrow('leaves out functions');
  });

  it('passes functions to the template in the shape of the API', () => {
    const source = `${plain}{% if tools %}{{ tools | tojson }}{% endif %}`;
    const tool = { name: 'look', parameters: { type: 'object' }, param: 'p' };
    expect(compile(source)([user], { tools: [tool] })).toContain(
      '[{"type": "function", "function": {"name": "look", "description": "", "parameters": {"type": "object"}}}]',
    );
  });

  it('gives parameters an empty description if the template trims it', () => {
    const source = `${plain}{% if tools %}{% for t in tools %}{{ t.function.name }}({{ t.function.parameters.properties.at.description | trim }}){% endfor %}{% endif %}`;
    const tool = { name: 'look', parameters: { type: 'object', properties: { at: { type: 'string' } } }, param: 'p' };
    expect(compile(source)([user], { tools: [tool] })).toBe('<s>[user]Hilook()');
  });

  const schema = { type: 'object', properties: { city: { type: 'string' } } };

  it('passes the schema of the answer to a template that renders it', () => {
    const source = `${plain}{% if response_schema %}[schema]{{ response_schema.properties | tojson }}{% endif %}`;
    expect(compile(source)([user], { schema })).toBe('<s>[user]Hi[schema]{"city": {"type": "string"}}');
    expect(compile(source)([user])).toBe('<s>[user]Hi');
  });

  it('adds the schema to the system message if the template does not render its properties', () => {
    const line = 'Answer with JSON matching: {"type":"object","properties":{"city":{"type":"string"}}}';
    expect(compile(plain)([user], { schema })).toBe(`<s>[system]${line}[user]Hi`);
    expect(compile(plain)([{ role: 'system', content: 'Be brief.' }, user], { schema })).toBe(
      `<s>[system]Be brief.\n\n${line}[user]Hi`,
    );
    const ignoring = `${plain}{# response_schema #}`;
    expect(compile(ignoring)([user], { schema })).toContain(`[system]${line}`);
    const noSystem = `{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}${plain}`;
    expect(compile(noSystem)([user], { schema })).toBe(`<s>[user]${line}\n\nHi`);
  });

  it('shortens ids of calls if the template requires nine characters', () => {
    const source = `{# id|length != 9 #}${CALLS}`;
    const rendered = compile(source)([
      user,
      { ...calling('{}'), toolCalls: [{ id: 'call_0123456789ab', name: 'look', arguments: '{}' }] },
    ]);
    expect(rendered).toContain('<tool_call>3456789ab function look');
  });
});
