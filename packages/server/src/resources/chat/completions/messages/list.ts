/** The messages of a stored completion's request. The record has them as one array, which is paged here. */
import { chat, type StoredChatCompletionMessage } from '@selfsame/contract';
import { errors } from '../../../../errors/catalogue.ts';
import { implement } from '../../../handler.ts';
import { pageOf } from '../../../page-of.ts';
import { toPage } from '../../../to-page.ts';

export default implement(
  chat.completions.messages.list,
  ({ repositories }) =>
    async ({ params, query }, { principal }) => {
      const id = params.completion_id;
      const stored = await repositories.forProject(principal.projectId).chatCompletions.listMessages(id);
      if (stored === undefined) throw errors.objectNotFound('ChatCompletion', id);
      const messages = stored.map((message, index) => toMessage(message, `${id}-${index}`));
      return toPage(pageOf(messages, query), (message) => message);
    },
);

function toMessage(message: Record<string, unknown>, id: string): StoredChatCompletionMessage {
  const { role, content = null, refusal = null, name = null, ...rest } = message;
  const parts = Array.isArray(content);
  return {
    ...rest,
    id,
    role: String(role),
    content: parts ? joinText(content) : (content as string | null),
    refusal: refusal as string | null,
    name: name as string | null,
    content_parts: parts ? content : null,
  };
}

function joinText(parts: readonly { text?: string }[]): string | null {
  const texts = parts.flatMap(({ text }) => (text === undefined ? [] : [text]));
  return texts.length === 0 ? null : texts.join('');
}
