/** The tool choice of a response. */
import Type, { type Static } from 'typebox';
import { anyObject, named, nullable, oneOf, ref, tagged } from '../schema.ts';

export const ToolChoiceOptions = named('ToolChoiceOptions', oneOf(['none', 'auto', 'required']));
export type ToolChoiceOptions = Static<typeof ToolChoiceOptions>;

export const ToolChoiceAllowed = named(
  'ToolChoiceAllowed',
  Type.Object({
    type: Type.Literal('allowed_tools'),
    mode: oneOf(['auto', 'required'], { description: 'Whether one of the tools must be called.' }),
    tools: Type.Array(anyObject({ description: 'Reference to a tool of the request.' })),
  }),
);
export type ToolChoiceAllowed = Static<typeof ToolChoiceAllowed>;

export const ToolChoiceTypes = named(
  'ToolChoiceTypes',
  Type.Object({
    type: oneOf([
      'file_search',
      'web_search_preview',
      'computer',
      'computer_use_preview',
      'computer_use',
      'web_search_preview_2025_03_11',
      'image_generation',
      'code_interpreter',
    ]),
  }),
);
export type ToolChoiceTypes = Static<typeof ToolChoiceTypes>;

export const ToolChoiceFunction = named(
  'ToolChoiceFunction',
  Type.Object({
    type: Type.Literal('function'),
    name: Type.String({ description: 'The function that must be called.' }),
  }),
);
export type ToolChoiceFunction = Static<typeof ToolChoiceFunction>;

export const ToolChoiceMCP = named(
  'ToolChoiceMCP',
  Type.Object({ type: Type.Literal('mcp'), server_label: Type.String(), name: Type.Optional(nullable(Type.String())) }),
);
export type ToolChoiceMCP = Static<typeof ToolChoiceMCP>;

export const ToolChoiceCustom = named(
  'ToolChoiceCustom',
  Type.Object({
    type: Type.Literal('custom'),
    name: Type.String({ description: 'The custom tool that must be called.' }),
  }),
);
export type ToolChoiceCustom = Static<typeof ToolChoiceCustom>;

export const SpecificProgrammaticToolCallingParam = named(
  'SpecificProgrammaticToolCallingParam',
  Type.Object({ type: Type.Literal('programmatic_tool_calling', { default: 'programmatic_tool_calling' }) }),
);
export type SpecificProgrammaticToolCallingParam = Static<typeof SpecificProgrammaticToolCallingParam>;

export const SpecificApplyPatchParam = named(
  'SpecificApplyPatchParam',
  Type.Object({ type: Type.Literal('apply_patch', { default: 'apply_patch' }) }),
);
export type SpecificApplyPatchParam = Static<typeof SpecificApplyPatchParam>;

export const SpecificFunctionShellParam = named(
  'SpecificFunctionShellParam',
  Type.Object({ type: Type.Literal('shell', { default: 'shell' }) }),
);
export type SpecificFunctionShellParam = Static<typeof SpecificFunctionShellParam>;

export const ToolChoiceParam = named(
  'ToolChoiceParam',
  Type.Union(
    [
      ref(ToolChoiceOptions),
      tagged('type', [
        ToolChoiceAllowed,
        ToolChoiceTypes,
        ToolChoiceFunction,
        ToolChoiceMCP,
        ToolChoiceCustom,
        SpecificProgrammaticToolCallingParam,
        SpecificApplyPatchParam,
        SpecificFunctionShellParam,
      ]),
    ],
    { description: 'Which tools the model calls. Default: `auto`.' },
  ),
);
export type ToolChoiceParam = Static<typeof ToolChoiceParam>;
