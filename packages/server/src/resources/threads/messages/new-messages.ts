/** Messages of requests → records. */
import { type CreateMessageRequest, MESSAGE_CHARACTERS, type MessageContent } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import type { NewMessage } from '../../../storage/repositories/messages.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import { checkFile } from '../../assistants/tool-resources.ts';
import type { Services } from '../../services.ts';

type Scope = Pick<ProjectRepositories, 'files'>;
type Parts = Exclude<CreateMessageRequest['content'], string>;

/**
 * @param param name of the list in errors.
 * @throws ApiError naming the parameter that refers to nothing or is not supported.
 */
export async function toNewMessages(
  services: Pick<Services, 'clock' | 'ids'>,
  scope: Scope,
  messages: readonly CreateMessageRequest[],
  param: string,
): Promise<NewMessage[]> {
  const made: NewMessage[] = [];
  for (const [index, message] of messages.entries()) {
    made.push(await toNewMessage(services, scope, message, `${param}[${index}].`));
  }
  return made;
}

/** @param prefix prefix of parameter names in errors, e.g. `messages[0].`. */
export async function toNewMessage(
  services: Pick<Services, 'clock' | 'ids'>,
  scope: Scope,
  message: CreateMessageRequest,
  prefix = '',
): Promise<NewMessage> {
  const { role, content, attachments, metadata } = message;
  if (typeof content !== 'string') await checkParts(scope, content, `${prefix}content`);
  await checkAttachments(scope, attachments ?? [], `${prefix}attachments`);
  const now = services.clock.now();
  return {
    id: services.ids('msg_'),
    role,
    status: 'completed',
    incompleteReason: null,
    content: toContent(content),
    attachments: attachments ?? [],
    metadata: metadata ?? {},
    assistantId: null,
    runId: null,
    createdAt: now,
    completedAt: now,
    incompleteAt: null,
  };
}

async function checkParts(scope: Scope, parts: Parts, param: string): Promise<void> {
  let characters = 0;
  for (const [index, part] of parts.entries()) {
    const path = `${param}[${index}].${part.type}`;
    if (part.type === 'text') characters += Array.from(part.text).length;
    if (part.type === 'image_file') await checkFile(scope, part.image_file.file_id, `${path}.file_id`);
    if (part.type === 'image_url' && !/^https?:\/\/./i.test(part.image_url.url)) {
      throw errors.invalidValue(`${path}.url`, `Invalid '${path}.url': expected an http or https address.`);
    }
  }
  if (characters > MESSAGE_CHARACTERS) {
    const message = `Invalid '${param}': the texts of a message have at most ${MESSAGE_CHARACTERS} characters together, and these have ${characters}.`;
    throw errors.outOfRange(param, message, 'string_above_max_length');
  }
}

async function checkAttachments(
  scope: Scope,
  attachments: NonNullable<CreateMessageRequest['attachments']>,
  param: string,
): Promise<void> {
  for (const [index, { file_id: id }] of attachments.entries()) {
    await checkFile(scope, id, `${param}[${index}].file_id`);
  }
}

function toContent(content: CreateMessageRequest['content']): MessageContent[] {
  const parts: Parts = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  return parts.map((part): MessageContent => {
    switch (part.type) {
      case 'text':
        return { type: 'text', text: { value: part.text, annotations: [] } };
      case 'image_file':
        return { type: 'image_file', image_file: { detail: 'auto', ...part.image_file } };
      default:
        return { type: 'image_url', image_url: { detail: 'auto', ...part.image_url } };
    }
  });
}
