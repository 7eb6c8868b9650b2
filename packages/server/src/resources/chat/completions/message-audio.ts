/** Replaces the recordings in messages by their transcripts, for models that do not hear. */
import type { ChatCompletionRequestMessage } from '@selfsame/contract';
import type { LanguageModel } from '../../../engines/language-model.ts';
import { errors } from '../../../errors/catalogue.ts';
import { only } from '../../../lib/async-iterables.ts';
import type { Context } from '../../../operations/context.ts';
import { toUsageEvent } from '../../../tenancy/usage-event.ts';
import { decodedRecording } from '../../audio/recording.ts';
import { DEFAULT_REQUEST, openTranscriptionModel, runTranscription, toTranscript } from '../../audio/transcribe.ts';
import type { Services } from '../../services.ts';

type Message = ChatCompletionRequestMessage;
type UserMessage = Extract<Message, { role: 'user' }>;
type Part = Exclude<UserMessage['content'], string>[number];
type AudioPart = Extract<Part, { type: 'input_audio' }>;

/** A well-known id: the default transcription model. */
const TRANSCRIBER = 'whisper-1';

/**
 * Returns the messages unchanged if the model hears, or the operator has not allowed transcripts.
 * @throws ApiError naming the recording that cannot be read.
 */
export async function transcribeMessages(
  services: Services,
  messages: readonly Message[],
  { model, context }: { model: LanguageModel; context: Context },
): Promise<readonly Message[]> {
  const hears = model.capabilities.inputs?.includes('audio') === true;
  if (hears || services.limits.chatAudio !== 'transcribe' || !messages.some(hasAudio)) return messages;
  const read: Message[] = [];
  for (const [index, message] of messages.entries()) {
    if (!hasAudio(message)) {
      read.push(message);
      continue;
    }
    const content: Part[] = [];
    for (const [at, part] of message.content.entries()) {
      const param = `messages[${index}].content[${at}].input_audio.data`;
      if (part.type !== 'input_audio') content.push(part);
      else content.push({ type: 'text', text: await transcribe(services, part, { param, context }) });
    }
    read.push({ ...message, content });
  }
  return read;
}

type AudioMessage = UserMessage & { content: readonly Part[] };

function hasAudio(message: Message): message is AudioMessage {
  const { role, content } = message;
  return role === 'user' && Array.isArray(content) && content.some(({ type }) => type === 'input_audio');
}

async function transcribe(
  services: Services,
  { input_audio: { data, format } }: AudioPart,
  { param, context }: { param: string; context: Context },
): Promise<string> {
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length === 0) throw errors.invalidValue(param, `Invalid '${param}': expected a recording in base64.`);
  const startedAt = services.clock.now();
  const model = await openTranscriptionModel(services, TRANSCRIBER, 'transcribe');
  const file = { filename: `recording.${format}`, contentType: `audio/${format}`, read: () => only(bytes) };
  const request = { ...DEFAULT_REQUEST, recording: decodedRecording(file, param) };
  const used = { inputTokens: 0, outputTokens: 0 };
  // The answer is metered by the operation; the transcript is an event of its own.
  const meter: Context['meter'] = ({ inputTokens, outputTokens }) => Object.assign(used, { inputTokens, outputTokens });
  const { text } = await toTranscript(runTranscription(model, request, { ...context, meter }));
  const { apiKeyId, projectId } = context.principal;
  const work = { apiKeyId, operationId: 'chat.completions.create', modelId: model.modelId, ...used, startedAt };
  await services.repositories.forProject(projectId).usageEvents.insert(toUsageEvent(services, work));
  return text;
}
