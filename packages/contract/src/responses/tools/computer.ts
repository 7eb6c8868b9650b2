/** Tools for the use of a computer. */
import Type, { type Static } from 'typebox';
import { int32 } from '../../common/bounds.ts';
import { named, oneOf, ref } from '../../schema.ts';

export const ComputerTool = named(
  'ComputerTool',
  Type.Object({ type: Type.Literal('computer', { default: 'computer' }) }),
);
export type ComputerTool = Static<typeof ComputerTool>;

export const ComputerEnvironment = named(
  'ComputerEnvironment',
  oneOf(['windows', 'mac', 'linux', 'ubuntu', 'browser']),
);
export type ComputerEnvironment = Static<typeof ComputerEnvironment>;

export const ComputerUsePreviewTool = named(
  'ComputerUsePreviewTool',
  Type.Object({
    type: Type.Literal('computer_use_preview', { default: 'computer_use_preview' }),
    environment: ref(ComputerEnvironment),
    display_width: int32(),
    display_height: int32(),
  }),
);
export type ComputerUsePreviewTool = Static<typeof ComputerUsePreviewTool>;
