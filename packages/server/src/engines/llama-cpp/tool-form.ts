/**
 * The form in which a model family writes calls. The grammar of an answer is built from the form, so that calls can be
 * parsed exactly: a call is never text, text is never a call, and arguments always fit their schema. Calls are `open`,
 * then one or more calls with `between` between them, then `close`; a call is `before` NAME `middle` {…} `after`.
 */
export interface ToolForm {
  /**
   * Opens a call, so text never contains it. If no text precedes calls, this applies to the start of the answer only.
   */
  marker: string;
  /** Whether text may precede the calls. */
  afterText: boolean;
  /** Whether the chat template renders functions and calls; otherwise they are described in text. */
  template: boolean;
  open: string;
  before: string;
  middle: string;
  after: string;
  between: string;
  close: string;
  /** Whether an answer contains at most one call. */
  single?: boolean;
  /** Whether models of the family also write calls as plain JSON, bare or in a Markdown fence, instead of in tags. */
  plain?: boolean;
}

/** Placeholder in a form for the call id: nine letters or digits, chosen by the model. */
export const CALL_ID = '\u0001';

export type ToolFamily =
  | 'hermes'
  | 'nano'
  | 'llama'
  | 'functionary'
  | 'mistral-list'
  | 'mistral'
  | 'mistral-id'
  | 'deepseek'
  | 'deepseek-v3.1'
  | 'list'
  | 'nemotron'
  | 'generic';

const JSON_CALL = { before: '{"name": "', middle: '", "arguments": ', after: '}' };
const LIST = { ...JSON_CALL, template: true, afterText: true, between: ', ' };
const MISTRAL = {
  template: true,
  afterText: true,
  marker: '[TOOL_CALLS]',
  open: '',
  before: '[TOOL_CALLS]',
  after: '',
  between: '',
  close: '',
};
const DEEPSEEK = {
  template: true,
  afterText: true,
  marker: '<｜tool▁calls▁begin｜>',
  open: '<｜tool▁calls▁begin｜>',
  close: '<｜tool▁calls▁end｜>',
};

export const TOOL_FORMS: Readonly<Record<ToolFamily, ToolForm>> = {
  hermes: {
    ...JSON_CALL,
    marker: '<tool_call>',
    afterText: true,
    template: true,
    open: '<tool_call>\n',
    between: '\n</tool_call>\n<tool_call>\n',
    close: '\n</tool_call>',
    plain: true,
  },
  nano: {
    ...JSON_CALL,
    marker: '<|invoke|>',
    afterText: true,
    template: true,
    open: '<|invoke|>',
    between: '<|invoke|>',
    close: '',
  },
  // The template takes one call in a message.
  llama: {
    ...JSON_CALL,
    middle: '", "parameters": ',
    marker: '{',
    afterText: false,
    template: true,
    open: '',
    between: '',
    close: '',
    single: true,
  },
  functionary: {
    marker: '<function=',
    afterText: true,
    template: true,
    open: '',
    before: '<function=',
    middle: '>',
    after: '</function>',
    between: '',
    close: '',
  },
  'mistral-list': {
    ...LIST,
    after: `, "id": "${CALL_ID}"}`,
    marker: '[TOOL_CALLS]',
    open: '[TOOL_CALLS][',
    close: ']',
  },
  mistral: { ...MISTRAL, middle: '[ARGS]' },
  'mistral-id': { ...MISTRAL, middle: `[CALL_ID]${CALL_ID}[ARGS]` },
  deepseek: {
    ...DEEPSEEK,
    before: '<｜tool▁call▁begin｜>function<｜tool▁sep｜>',
    middle: '\n```json\n',
    after: '\n```<｜tool▁call▁end｜>',
    between: '\n',
  },
  'deepseek-v3.1': {
    ...DEEPSEEK,
    before: '<｜tool▁call▁begin｜>',
    middle: '<｜tool▁sep｜>',
    after: '<｜tool▁call▁end｜>',
    between: '',
  },
  list: { ...LIST, marker: '<|tool_call|>', open: '<|tool_call|>[', close: ']' },
  nemotron: { ...LIST, marker: '<TOOLCALL>', open: '<TOOLCALL>[', close: ']</TOOLCALL>' },
  generic: { ...JSON_CALL, marker: '{', afterText: false, template: false, open: '', between: '\n', close: '' },
};

/** Marks of the families in their chat templates, the most specific first. */
const SIGNS: readonly [ToolFamily, (source: string) => boolean][] = [
  ['nano', (source) => source.includes('<|invoke|>')],
  // Calls inside `<tool_call>` that are not JSON have no form here.
  ['generic', (source) => /<tool_call>/.test(source) && /<function=|<arg_key>|<parameter|<invoke/.test(source)],
  ['hermes', (source) => source.includes('<tool_call>')],
  ['mistral-id', (source) => source.includes('[TOOL_CALLS]') && source.includes('[CALL_ID]')],
  ['mistral', (source) => source.includes('[TOOL_CALLS]') && source.includes('[ARGS]')],
  ['mistral-list', (source) => source.includes('[TOOL_CALLS]')],
  ['deepseek', (source) => source.includes('<｜tool▁calls▁begin｜>') && source.includes('```json')],
  ['deepseek-v3.1', (source) => source.includes('<｜tool▁calls▁begin｜>')],
  ['functionary', (source) => /<function=[\s\S]*<\/function>/.test(source) && !source.includes('<parameter')],
  ['llama', (source) => source.includes('<|start_header_id|>') && source.includes('"parameters": ')],
  ['list', (source) => source.includes('<|tool_call|>') && !source.includes('<|tool_call|>call:')],
  ['nemotron', (source) => source.includes('<TOOLCALL>[')],
];

/**
 * The family that a chat template was written for. A template that does not show the functions to the model is of none.
 */
export function toolFamilyOf(template: string): ToolFamily {
  if (!/\btools\b/.test(template)) return 'generic';
  return SIGNS.find(([, isOf]) => isOf(template))?.[0] ?? 'generic';
}

/** Parts of the form that may be control tokens of the vocabulary. */
export function tagsOf(form: ToolForm): string[] {
  const text = [form.open, form.before, form.middle, form.after, form.between, form.close].join('\u0000');
  return [...new Set(text.match(/<[^\s<>]+>|\[[A-Z_]+\]/g) ?? [])];
}

/** Matches a part of a form. */
export function toRegExpSource(part: string): string {
  return part
    .split(CALL_ID)
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[A-Za-z0-9]{9}');
}
