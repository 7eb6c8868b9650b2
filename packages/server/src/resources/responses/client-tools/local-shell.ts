/** `local_shell`: one command at a time. */
import { type ClientTool, type ItemData, toJoinedText, withStatus } from './client-tool.ts';
import { createWholeForm } from './whole-call.ts';

const DESCRIPTION = 'Runs a command on the computer of the user and returns its output.';

const PARAMETERS = {
  type: 'object',
  properties: {
    command: { type: 'array', items: { type: 'string' }, minItems: 1, description: 'The program and its arguments.' },
    working_directory: { type: 'string' },
    timeout_ms: { type: 'integer', minimum: 1 },
  },
  required: ['command'],
  additionalProperties: false,
};

function toFields({ command, working_directory, timeout_ms }: ItemData): ItemData | undefined {
  if (!Array.isArray(command) || !command.every((part) => typeof part === 'string')) return undefined;
  const action = {
    type: 'exec',
    command,
    env: {},
    ...(typeof working_directory === 'string' ? { working_directory } : {}),
    ...(typeof timeout_ms === 'number' ? { timeout_ms } : {}),
  };
  return { action };
}

export const LOCAL_SHELL: ClientTool = {
  types: ['local_shell'],
  callType: 'local_shell_call',
  outputType: 'local_shell_call_output',
  outputPrefix: 'lsho_',
  form: createWholeForm({ prefix: 'lsh_', type: 'local_shell_call', toFields }),
  toRequested: () => ({ type: 'function', name: 'local_shell', description: DESCRIPTION, parameters: PARAMETERS }),
  toCall({ action }) {
    const { command, working_directory, timeout_ms } = action as ItemData;
    const args = { command, working_directory: working_directory ?? undefined, timeout_ms: timeout_ms ?? undefined };
    return { name: 'local_shell', arguments: JSON.stringify(args) };
  },
  toStoredOutput: withStatus,
  // The description of the API has no property for the id of the call, which clients send all the same.
  toCallId: ({ id, call_id: callId }) => String(callId ?? id),
  toOutputText: toJoinedText,
};
