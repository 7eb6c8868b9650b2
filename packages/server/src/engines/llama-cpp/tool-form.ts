/**
 * How a model family writes calls of functions. The grammar of an answer that may call is built from the form, so reading calls back
 * is exact: a call is never text, text is never a call, and arguments always fit their schema.
 * A call is `open`, then `{"name": "f", "arguments": {…}}`, then `close`; `between` stands between two calls.
 */
export type ToolFamily = 'hermes' | 'nano' | 'generic';

export interface ToolForm {
  /** What text never contains, because it opens a call. For `generic` a brace, and only at the beginning of an answer. */
  marker: string;
  /** Whether text may stand before the calls. */
  afterText: boolean;
  open: string;
  close: string;
  between: string;
  /** Whether the chat template is given the functions and calls; else they are put into words for it. */
  template: boolean;
}

export const TOOL_FORMS: Readonly<Record<ToolFamily, ToolForm>> = {
  hermes: {
    marker: '<tool_call>',
    afterText: true,
    open: '<tool_call>\n',
    close: '\n</tool_call>',
    between: '\n',
    template: true,
  },
  nano: { marker: '<|invoke|>', afterText: true, open: '<|invoke|>', close: '', between: '', template: true },
  generic: { marker: '{', afterText: false, open: '', close: '', between: '\n', template: false },
};

/** Calls inside `<tool_call>` that are not JSON. */
const OTHER_CALLS = /<function=|<arg_key>|<parameter|<invoke/;

/** The family that a chat template was written for. */
export function toolFamilyOf(template: string): ToolFamily {
  if (template.includes(TOOL_FORMS.nano.marker)) return 'nano';
  // The template must also show the functions to the model, and calls with their tags to be read.
  const hermes = template.includes(TOOL_FORMS.hermes.marker) && template.includes('tools');
  return hermes && !OTHER_CALLS.test(template) ? 'hermes' : 'generic';
}
