/** `computer` and `computer_use_preview`: the client acts on a screen and returns a picture of it. */
import type { RequestTool } from '../response-request.ts';
import { type ClientTool, type ItemData, toCallId, withStatus } from './client-tool.ts';
import { createWholeForm } from './whole-call.ts';

const COMPUTER = 'computer';
const PREVIEW = 'computer_use_preview';

const integer = { type: 'integer' };
const point = { x: integer, y: integer };
const toAction = (type: string, more: object) => ({
  type: 'object',
  properties: { type: { const: type }, ...more },
  required: ['type', ...Object.keys(more)],
  additionalProperties: false,
});

const ACTION = {
  anyOf: [
    toAction('click', { button: { enum: ['left', 'right', 'wheel', 'back', 'forward'] }, ...point }),
    toAction('double_click', point),
    toAction('move', point),
    toAction('scroll', { ...point, scroll_x: integer, scroll_y: integer }),
    toAction('drag', {
      path: {
        type: 'array',
        items: { type: 'object', properties: point, required: ['x', 'y'], additionalProperties: false },
      },
    }),
    toAction('keypress', { keys: { type: 'array', items: { type: 'string' }, minItems: 1 } }),
    toAction('type', { text: { type: 'string' } }),
    toAction('screenshot', {}),
    toAction('wait', {}),
  ],
};

const toParameters = (name: string, schema: object) => ({
  type: 'object',
  properties: { [name]: schema },
  required: [name],
  additionalProperties: false,
});

const ACTIONS = toParameters('actions', { type: 'array', items: ACTION, minItems: 1 });
const ONE_ACTION = toParameters('action', ACTION);

const DESCRIPTION = 'Acts on the screen of a computer. Returns a picture of the screen.';

function toDescription({ environment, display_width: width, display_height: height }: RequestTool): string {
  if (typeof width !== 'number' || typeof height !== 'number') return DESCRIPTION;
  return `${DESCRIPTION} System: ${String(environment)}. Size: ${width} × ${height} pixels.`;
}

const isAction = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as ItemData)['type'] === 'string';

/** A double click has its keys even if none is held. */
const complete = (action: ItemData) => (action['type'] === 'double_click' ? { keys: null, ...action } : action);

/** The server knows no actions that need a check. */
const NO_CHECKS = { pending_safety_checks: [] };

function toFields({ action, actions }: ItemData, name: string): ItemData | undefined {
  const made: unknown = name === COMPUTER ? actions : [action];
  if (!Array.isArray(made) || made.length === 0 || !made.every(isAction)) return undefined;
  const completed = (made as readonly ItemData[]).map(complete);
  return { ...NO_CHECKS, ...(name === COMPUTER ? { actions: completed } : { action: completed[0] }) };
}

export const COMPUTER_USE: ClientTool = {
  types: [COMPUTER, PREVIEW],
  callType: 'computer_call',
  callDefaults: NO_CHECKS,
  outputType: 'computer_call_output',
  outputPrefix: 'cuo_',
  form: createWholeForm({ prefix: 'cu_', type: 'computer_call', toFields }),
  toRequested(tool) {
    const description = toDescription(tool);
    const isPreview = tool.type === PREVIEW;
    return { type: 'function', name: tool.type, description, parameters: isPreview ? ONE_ACTION : ACTIONS };
  },
  toCall({ action, actions }) {
    if (Array.isArray(actions)) return { name: COMPUTER, arguments: JSON.stringify({ actions: actions as unknown }) };
    return { name: PREVIEW, arguments: JSON.stringify({ action }) };
  },
  toStoredOutput: withStatus,
  toCallId,
  // The picture follows in a message of its own.
  toOutputText: () => 'The next message has the picture of the screen.',
};
