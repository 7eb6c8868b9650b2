import { describe, expect, it } from 'vitest';
import type { LanguageModelMessage } from '../language-model.ts';
import { createChatTemplate } from './chat-template.ts';

const compile = (source: string) => createChatTemplate({ source, modelId: 'm', bosToken: '<s>', eosToken: '</s>' });
const plain = '{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}';
const user: LanguageModelMessage = { role: 'user', content: 'Hi' };

describe('createChatTemplate', () => {
  it('renders roles, contents, special strings and the generation prompt', () => {
    const source = `${plain}{{ eos_token }}{% if add_generation_prompt %}[assistant]{% endif %}`;
    expect(compile(source)([user])).toBe('<s>[user]Hi</s>[assistant]');
  });

  it('shows a developer message as system where the template does not know developers', () => {
    expect(compile(plain)([{ role: 'developer', content: 'Be brief.' }])).toBe('<s>[system]Be brief.');
    const knowing = `{# developer #}${plain}`;
    expect(compile(knowing)([{ role: 'developer', content: 'Be brief.' }])).toBe('<s>[developer]Be brief.');
  });

  it('hands over names and tool call ids', () => {
    const source = '{% for m in messages %}{{ m.name }}/{{ m.tool_call_id }}: {{ m.content }}{% endfor %}';
    expect(compile(source)([{ role: 'tool', content: '7', name: 'sum', toolCallId: 'call_1' }])).toBe('sum/call_1: 7');
  });

  it('refuses messages that the template refuses, with its reason', () => {
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

  it('accepts contents that the template trims or writes as JSON', () => {
    const message: LanguageModelMessage = { role: 'user', content: ' say "x" ' };
    expect(compile('{% for m in messages %}{{ m.content | trim }}{% endfor %}')([message])).toBe('say "x"');
    expect(compile('{% for m in messages %}{{ m.content | tojson }}{% endfor %}')([message])).toBe('" say \\"x\\" "');
  });

  it('says which model has a template that cannot be read', () => {
    expect(() => compile('{% for %}')).toThrow("The chat template of 'm' cannot be read");
  });
});
