/** `apply_patch`: creates, changes and deletes files of the client. */
import { type ClientTool, type ItemData, toCallId, withoutNulls } from './client-tool.ts';
import { createWholeForm } from './whole-call.ts';

const DESCRIPTION =
  'Creates, changes or deletes one file of the user. A diff consists of lines that begin with a space (unchanged), ' +
  'a minus (removed) or a plus (added), in sections that begin with a line @@. The diff of a new file has added ' +
  'lines only.';

const path = { type: 'string', minLength: 1 };
const toOperation = (type: string, more: object) => ({
  type: 'object',
  properties: { type: { const: type }, path, ...more },
  required: ['type', 'path', ...Object.keys(more)],
  additionalProperties: false,
});
const diff = { diff: { type: 'string' } };

const PARAMETERS = {
  type: 'object',
  properties: {
    operation: {
      anyOf: [toOperation('create_file', diff), toOperation('update_file', diff), toOperation('delete_file', {})],
    },
  },
  required: ['operation'],
  additionalProperties: false,
};

function toFields({ operation }: ItemData): ItemData | undefined {
  if (typeof operation !== 'object' || operation === null) return undefined;
  const { type, path, diff } = operation as ItemData;
  if (typeof path !== 'string' || path === '') return undefined;
  if (type === 'delete_file') return { operation: { type, path } };
  const isKnown = (type === 'create_file' || type === 'update_file') && typeof diff === 'string';
  return isKnown ? { operation: { type, path, diff } } : undefined;
}

export const APPLY_PATCH: ClientTool = {
  types: ['apply_patch'],
  callType: 'apply_patch_call',
  outputType: 'apply_patch_call_output',
  outputPrefix: 'apco_',
  form: createWholeForm({ prefix: 'apc_', type: 'apply_patch_call', toFields }),
  toRequested: () => ({ type: 'function', name: 'apply_patch', description: DESCRIPTION, parameters: PARAMETERS }),
  toCall: ({ operation }) => ({ name: 'apply_patch', arguments: JSON.stringify({ operation }) }),
  toStoredOutput: withoutNulls,
  toCallId,
  toOutputText: ({ status, output }) => [String(status), output].filter((text) => typeof text === 'string').join('\n'),
};
