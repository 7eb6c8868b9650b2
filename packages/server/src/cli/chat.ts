/**
 * `selfsame chat`: sends one message, or a conversation on the terminal, to a running server and streams the answers.
 */
import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { toUrl } from '../start/address.ts';
import { explain, readEvents } from './read-answer.ts';
import { CommandError, readConfig, type SettingFlags } from './settings-flags.ts';

interface ChatFlags extends SettingFlags {
  model: string;
  url?: string;
  key?: string;
}

interface Message {
  role: 'user' | 'assistant';
  content: string;
}

export async function chat(words: readonly string[], flags: ChatFlags): Promise<void> {
  const { config } = readConfig(flags as SettingFlags);
  const target = { ...flags, url: (flags.url ?? toUrl(config.host, config.port)).replace(/\/+$/, '') };
  if (words.length > 0) {
    await say([{ role: 'user', content: words.join(' ') }], target);
    return;
  }
  const terminal = createInterface({ input: stdin, output: stdout });
  const messages: Message[] = [];
  // Piped input needs no prompt, and its end closes the interface while answers are still pending.
  const prompt = () => {
    if (stdin.isTTY) terminal.prompt();
  };
  prompt();
  for await (const line of terminal) {
    if (line.trim() !== '') {
      messages.push({ role: 'user', content: line });
      messages.push({ role: 'assistant', content: await say(messages, target) });
    }
    prompt();
  }
}

/** Sends the conversation, prints the answer while it arrives, and returns it. */
async function say(messages: readonly Message[], { url, key, model }: ChatFlags): Promise<string> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key ?? 'none'}` },
    body: JSON.stringify({ model, messages, stream: true }),
  }).catch((error: Error) => {
    throw new CommandError(
      `no server answers at ${url} (${error.cause instanceof Error ? error.cause.message : error.message}). Start one with \`selfsame serve\`.`,
    );
  });
  if (!response.ok) throw new CommandError(await explain(response));
  let answer = '';
  for await (const data of readEvents(response)) {
    const event = JSON.parse(data) as {
      error?: { message: string };
      choices?: { delta: { content?: string | null } }[];
    };
    if (event.error !== undefined) throw new CommandError(event.error.message);
    const text = event.choices?.[0]?.delta.content ?? '';
    stdout.write(text);
    answer += text;
  }
  stdout.write('\n');
  return answer;
}
