/** Replaces the files in messages by their texts. */
import type { ChatCompletionRequestMessage } from '@selfsame/contract';
import type { Context } from '../../../operations/context.ts';
import { readInputFile } from '../../files/read-input-file.ts';
import type { Services } from '../../services.ts';

type Message = ChatCompletionRequestMessage;
type UserMessage = Extract<Message, { role: 'user' }>;
type Part = Exclude<UserMessage['content'], string>[number];

type FileServices = Pick<Services, 'repositories' | 'blobs' | 'outbound'>;

/** @throws ApiError naming the file that cannot be read. */
export async function readMessageFiles(
  { repositories, blobs, outbound }: FileServices,
  messages: readonly Message[],
  { principal, signal }: Pick<Context, 'principal' | 'signal'>,
): Promise<readonly Message[]> {
  if (!messages.some(hasFile)) return messages;
  const deps = { repositories: repositories.forProject(principal.projectId), blobs, outbound, signal };
  const read: Message[] = [];
  for (const [index, message] of messages.entries()) {
    if (!hasFile(message)) {
      read.push(message);
      continue;
    }
    const content: Part[] = [];
    for (const [at, part] of message.content.entries()) {
      const param = `messages[${index}].content[${at}].file`;
      const text = part.type === 'file' ? await readInputFile(part.file, param, deps) : undefined;
      content.push(text === undefined ? part : { type: 'text', text });
    }
    read.push({ ...message, content });
  }
  return read;
}

type FileMessage = UserMessage & { content: readonly Part[] };

function hasFile(message: Message): message is FileMessage {
  return (
    message.role === 'user' && Array.isArray(message.content) && message.content.some(({ type }) => type === 'file')
  );
}
