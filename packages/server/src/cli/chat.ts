/** `selfsame chat`: a client of a running server. One message, or a conversation on the terminal, streamed as it is generated. */
import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { toUrl } from '../start/address.ts';
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
  // Piped input has nobody to prompt, and its end closes the terminal while answers are still on their way.
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

/** Sends the conversation, prints the answer as it comes, and returns it. */
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
  if (!response.ok || response.body === null) throw new CommandError(await explain(response));
  let answer = '';
  for await (const data of readEvents(response.body)) {
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

async function explain(response: Response): Promise<string> {
  const body = (await response.json().catch(() => undefined)) as { error?: { message?: string } } | undefined;
  return body?.error?.message ?? `the server answered ${response.status}.`;
}

/** The data of each server-sent event, up to `[DONE]`. */
async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const data = /^data: (.*)$/.exec(line)?.[1];
      if (data === '[DONE]') return;
      if (data !== undefined) yield data;
    }
  }
}
