/** `shell` in the environment of the client: commands that may run at the same time. */
import { errors } from '../../../errors/catalogue.ts';
import { defined } from '../../../lib/defined.ts';
import type { RequestTool } from '../response-request.ts';
import { type ClientTool, type ItemData, toCallId, withStatus } from './client-tool.ts';
import { createWholeForm } from './whole-call.ts';

const DESCRIPTION = 'Runs commands in a shell on the computer of the user and returns what they print.';

const PARAMETERS = {
  type: 'object',
  properties: {
    commands: { type: 'array', items: { type: 'string' }, minItems: 1 },
    timeout_ms: { type: 'integer', minimum: 1 },
    max_output_length: { type: 'integer', minimum: 1 },
  },
  required: ['commands'],
  additionalProperties: false,
};

function toFields({ commands, timeout_ms = null, max_output_length = null }: ItemData): ItemData | undefined {
  if (!Array.isArray(commands) || !commands.every((command) => typeof command === 'string')) return undefined;
  return { action: { commands, timeout_ms, max_output_length }, environment: { type: 'local' } };
}

function onEnd({ action }: ItemData) {
  const { commands } = action as { commands: readonly string[] };
  return commands.flatMap((command, index) => [
    { type: 'response.shell_call_command.added', command_index: index, command: '' },
    { type: 'response.shell_call_command.delta', command_index: index, delta: command },
    { type: 'response.shell_call_command.done', command_index: index, command },
  ]);
}

interface Skill {
  name: string;
  description: string;
  path: string;
}

/** @throws ApiError for an environment of the server. */
function toDescription({ environment }: RequestTool, param: string): string {
  const { type = 'local', skills = [] } = (environment ?? {}) as { type?: string; skills?: readonly Skill[] };
  if (type !== 'local') {
    const why = 'This server runs no shells in containers. The client runs the commands with the type `local`.';
    throw errors.unsupportedParameter(`${param}.environment.type`, why);
  }
  const lines = skills.map(({ name, description, path }) => `- ${name} (${path}): ${description}`);
  return lines.length === 0 ? DESCRIPTION : `${DESCRIPTION}\nFolders with instructions for tasks:\n${lines.join('\n')}`;
}

interface Printed {
  stdout: string;
  stderr: string;
  outcome: { type: 'timeout' } | { type: 'exit'; exit_code: number };
}

function toText({ stdout, stderr, outcome }: Printed): string {
  const end = outcome.type === 'timeout' ? 'timed out' : `exit code ${outcome.exit_code}`;
  return [stdout, stderr, `[${end}]`].filter((text) => text !== '').join('\n');
}

export const SHELL: ClientTool = {
  types: ['shell'],
  callType: 'shell_call',
  outputType: 'shell_call_output',
  outputPrefix: 'sho_',
  form: createWholeForm({ prefix: 'sh_', type: 'shell_call', toFields, onEnd }),
  toRequested: (tool, param) => ({
    type: 'function',
    name: 'shell',
    description: toDescription(tool, param),
    parameters: PARAMETERS,
  }),
  toCall({ action }) {
    const { commands, timeout_ms, max_output_length } = action as ItemData;
    const limits = defined({ timeout_ms: timeout_ms ?? undefined, max_output_length: max_output_length ?? undefined });
    return { name: 'shell', arguments: JSON.stringify({ commands, ...limits }) };
  },
  toStoredOutput: (item) => ({ max_output_length: null, ...withStatus(item) }),
  toCallId,
  toOutputText: ({ output }) => (output as readonly Printed[]).map(toText).join('\n\n'),
};
