import { Template } from '@huggingface/jinja';
import { describe, expect, it } from 'vitest';
import { transcriptTemplate } from './transcript-template.ts';

const template = new Template(transcriptTemplate.jinja);

function render(messages: { role: string; content: string; name?: string }[]): string {
  return template.render({ messages, add_generation_prompt: true, bos_token: '<bos>' });
}

describe('the transcript template', () => {
  it('the transcript renders every role, system and developer messages first, and ends before the answer', () => {
    const text = render([
      { role: 'user', content: 'What is\nthis?' },
      { role: 'assistant', content: 'A test.' },
      { role: 'system', content: 'Be brief.' },
      { role: 'developer', content: 'Be kind.' },
      { role: 'tool', content: '{"a":1}' },
      { role: 'function', content: 'two' },
      { role: 'user', content: 'And now?' },
    ]);
    const [opening, conversation] = text.split('\napple\n\n');
    expect(opening).toMatch(/^<bos>Below is a conversation\./);
    expect(conversation).toBe(
      'Be brief.\n\nBe kind.\n\nQuestion: What is\nthis?\nAnswer:\nA test.\n\nContext: {"a":1}\nContext: two\nQuestion: And now?\nAnswer:\n',
    );
  });

  it('the transcript puts the name before the message', () => {
    const text = render([
      { role: 'user', name: 'Anna', content: 'Hi.' },
      { role: 'function', name: 'clock', content: '12:00' },
    ]);
    expect(text).toMatch(/\nQuestion: Anna: Hi\.\nContext: clock: 12:00\nAnswer:\n$/);
  });

  it('every heading of the transcript ends a turn', () => {
    const text = render([
      { role: 'user', content: 'x' },
      { role: 'tool', content: 'x' },
    ]);
    const headings = new Set([...text.matchAll(/\n[A-Z][a-z]+:/g)].map(([heading]) => heading));
    const ends = [...headings].flatMap((heading) => [heading, `\n${heading}`]);
    expect(new Set(transcriptTemplate.endOfTurn)).toEqual(new Set(ends));
  });

  it('the transcript renders without a beginning-of-text token and without a generation prompt', () => {
    const bare = template.render({ messages: [{ role: 'user', content: 'x' }] });
    expect(bare.startsWith('Below is')).toBe(true);
    expect(bare.endsWith('Question: x\n')).toBe(true);
  });
});
