/**
 * The chat template of base models, which have none: a transcript that the model continues. Invariants: the heading of
 * the answer is followed by a line break, so that answers do not start with a blank; introduction and examples stay
 * under 120 tokens; every heading is among the texts that end a turn. The form was chosen by measurement, see
 * docs/models.md.
 */

const INTRODUCTION = 'Below is a conversation. The assistant does what the user asks, in a few words.';

/** Turns that show a base model the expected form. They are part of every prompt. */
const EXAMPLES: readonly (readonly [user: string, assistant: string])[] = [
  ['Hello!', 'Hello! How can I help you today?'],
  ['What is the capital of Italy?', 'The capital of Italy is Rome.'],
  ['Thank you!', 'You are welcome!'],
  ['Repeat: apple', 'apple'],
];

const examples = EXAMPLES.map(([user, assistant]) => `Question: ${user}\nAnswer:\n${assistant}\n\n`).join('');

const opening = JSON.stringify(`${INTRODUCTION}\n\n${examples}`);

export interface TranscriptTemplate {
  jinja: string;
  /** Texts that end an answer and are not part of it. */
  endOfTurn: readonly string[];
}

/**
 * `jinja` receives `messages` (role, content, name), `add_generation_prompt` and `bos_token`. System and developer
 * messages come first, then the turns; results of tools and functions are context; a name precedes its message.
 */
export const transcriptTemplate: TranscriptTemplate = {
  jinja: [
    `{%- macro said(message) -%}`,
    `{{- message.name + ': ' if message.name else '' -}}{{- message.content -}}`,
    `{%- endmacro -%}`,
    `{{- bos_token -}}`,
    `{{- ${opening} -}}`,
    `{%- for message in messages if message.role in ['system', 'developer'] -%}`,
    `{{- said(message) + '\\n\\n' -}}`,
    `{%- endfor -%}`,
    `{%- for message in messages -%}`,
    `{%- if message.role == 'user' -%}{{- 'Question: ' + said(message) + '\\n' -}}`,
    `{%- elif message.role == 'assistant' -%}{{- 'Answer:\\n' + said(message) + '\\n\\n' -}}`,
    `{%- elif message.role in ['tool', 'function'] -%}{{- 'Context: ' + said(message) + '\\n' -}}`,
    `{%- endif -%}`,
    `{%- endfor -%}`,
    `{%- if add_generation_prompt -%}{{- 'Answer:\\n' -}}{%- endif -%}`,
  ].join('\n'),
  // With and without the empty line, so that the empty line is not part of the answer.
  endOfTurn: ['Question:', 'Answer:', 'Context:'].flatMap((heading) => [`\n\n${heading}`, `\n${heading}`]),
};
