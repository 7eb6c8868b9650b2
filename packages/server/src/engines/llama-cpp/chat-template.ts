/**
 * Renders messages with a model's Jinja chat template. Invariant: nothing is dropped in silence: a template that leaves out a message
 * of the caller, or that does not take the roles as they come, refuses the request with a message that says so.
 */
import { Template } from '@huggingface/jinja';
import type { LanguageModelMessage } from '../language-model.ts';
import { EngineFailure } from './protocol.ts';

export interface ChatTemplateOptions {
  source: string;
  /** For messages to people. */
  modelId: string;
  bosToken: string;
  eosToken: string;
}

/** Messages → the text of the prompt, up to where the answer begins. Throws EngineFailure `invalid_messages`. */
export type RenderChat = (messages: readonly LanguageModelMessage[]) => string;

/** Compiles the template. Throws EngineFailure `model_unusable` when it cannot be read. */
export function createChatTemplate({ source, modelId, bosToken, eosToken }: ChatTemplateOptions): RenderChat {
  let template: Template;
  try {
    template = new Template(source);
  } catch (error) {
    const message = `The chat template of '${modelId}' cannot be read: ${detailOf(error)}`;
    throw new EngineFailure({ code: 'model_unusable', message });
  }
  const knowsDeveloper = source.includes('developer');

  const refuse = (detail: string): never => {
    throw new EngineFailure({
      code: 'invalid_messages',
      message: `The chat template of '${modelId}' does not take these messages: ${detail}`,
    });
  };

  return (messages) => {
    let text = '';
    try {
      text = template.render({
        messages: messages.map((message) => toTemplateMessage(message, knowsDeveloper)),
        add_generation_prompt: true,
        bos_token: bosToken,
        eos_token: eosToken,
      });
    } catch (error) {
      refuse(detailOf(error));
    }
    const dropped = messages.find((message) => message.role !== 'assistant' && !shows(text, message.content));
    if (dropped !== undefined) refuse(`it leaves out what the role '${dropped.role}' says.`);
    return text;
  };
}

function toTemplateMessage(message: LanguageModelMessage, knowsDeveloper: boolean): Record<string, string> {
  const { role, content, name, toolCallId } = message;
  return {
    role: role === 'developer' && !knowsDeveloper ? 'system' : role,
    content,
    ...(name === undefined ? {} : { name }),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  };
}

/** Whether the prompt carries the content: as it is, trimmed, or as a JSON string. */
function shows(prompt: string, content: string): boolean {
  const text = content.trim();
  return prompt.includes(text) || prompt.includes(JSON.stringify(text).slice(1, -1));
}

function detailOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.endsWith('.') ? message : `${message}.`;
}
