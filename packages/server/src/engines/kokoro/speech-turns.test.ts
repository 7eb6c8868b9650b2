import { expect, it } from 'vitest';
import type { KokoroEvent, SpeakMessage } from './protocol.ts';
import { SpeechTurns } from './speech-turns.ts';

const blockFor = (ms: number) => {
  for (const end = performance.now() + ms; performance.now() < end; );
};

/** Speaks words, and blocks the event loop as the runtime does. */
function createTurns() {
  const spoken: string[] = [];
  const sent: [number, KokoroEvent['type']][] = [];
  const failed: number[] = [];
  let act: () => void = () => undefined;
  const turns = new SpeechTurns({
    prepare: ({ text }) => text.split(' '),
    speak: async (part, { id }) => {
      await new Promise((resolve) => setImmediate(resolve));
      act();
      blockFor(5);
      if (part === 'bad') throw new Error('it cannot be spoken');
      spoken.push(`${id}:${part}`);
      return new Int16Array(1);
    },
    send: (id, { type }) => void sent.push([id, type]),
    fail: (id) => void failed.push(id),
  });
  const job = (id: number, text: string, priority: SpeakMessage['priority'] = 'online'): SpeakMessage => ({
    type: 'speak',
    id,
    text,
    voice: 'any',
    speed: 1,
    priority,
  });
  const whileSpeaking = (action: () => void) => {
    act = action;
  };
  return { turns, spoken, sent, failed, job, whileSpeaking };
}

it('speaks requests in turns by part, online before batch', async () => {
  const { turns, spoken, sent, job } = createTurns();
  turns.add(job(1, 'a b', 'batch'));
  turns.add(job(2, 'c d'));
  turns.add(job(3, 'e f'));
  await expect.poll(() => sent.filter(([, type]) => type === 'end')).toHaveLength(3);
  // The batch request was alone when it started.
  expect(spoken.slice(1)).toEqual(['2:c', '3:e', '2:d', '3:f', '1:b']);
});

it('speaks no further part of a request that is cancelled while a part is computed', async () => {
  const { turns, spoken, sent, job, whileSpeaking } = createTurns();
  // The message arrives while the event loop is blocked, and is read in its next turn.
  whileSpeaking(() => setTimeout(() => turns.cancel(1), 0));
  turns.add(job(1, 'a b c d'));
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(spoken).toEqual(['1:a']);
  expect(sent.filter(([, type]) => type === 'end')).toEqual([]);
});

it('fails a request whose part cannot be spoken, and speaks the next one', async () => {
  const { turns, failed, sent, job } = createTurns();
  turns.add(job(1, 'bad b'));
  turns.add(job(2, 'c'));
  await expect.poll(() => sent.at(-1)).toEqual([2, 'end']);
  expect(failed).toEqual([1]);
});
