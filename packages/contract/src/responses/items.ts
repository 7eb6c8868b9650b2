/** Every kind of item, by where it occurs. */
import Type, { type Static } from 'typebox';
import { choose, history, named, nullable, ref, tagged } from '../schema.ts';
import {
  ApplyPatchToolCall,
  ApplyPatchToolCallItemParam,
  ApplyPatchToolCallOutput,
  ApplyPatchToolCallOutputItemParam,
} from './items/apply-patch.ts';
import { CodeInterpreterToolCall, ImageGenToolCall } from './items/code.ts';
import {
  ComputerCallOutputItemParam,
  ComputerToolCall,
  ComputerToolCallOutputResource,
  ComputerToolCallParam,
} from './items/computer.ts';
import { FileSearchToolCall } from './items/file-search.ts';
import {
  CustomToolCall,
  CustomToolCallOutput,
  CustomToolCallOutputResource,
  CustomToolCallResource,
  FunctionCallOutputItemParam,
  FunctionToolCall,
  FunctionToolCallOutput,
  FunctionToolCallOutputResource,
  FunctionToolCallResource,
} from './items/functions.ts';
import {
  MCPApprovalRequest,
  MCPApprovalResponse,
  MCPApprovalResponseResource,
  MCPListTools,
  MCPToolCall,
} from './items/mcp.ts';
import { EasyInputMessage, InputMessageItem, InputMessageResource, Message, OutputMessage } from './items/messages.ts';
import { Program, ProgramItemParam, ProgramOutput, ProgramOutputItemParam } from './items/programs.ts';
import {
  CompactionBody,
  CompactionSummaryItemParam,
  CompactionTriggerItemParam,
  ReasoningItem,
} from './items/reasoning.ts';
import {
  FunctionShellCallItemParam,
  FunctionShellCallOutputItemParam,
  LocalShellToolCall,
  LocalShellToolCallOutput,
} from './items/shell.ts';
import { FunctionShellCall, FunctionShellCallOutput } from './items/shell-resources.ts';
import {
  AdditionalTools,
  AdditionalToolsItemParam,
  ToolSearchCall,
  ToolSearchCallItemParam,
  ToolSearchOutput,
  ToolSearchOutputItemParam,
} from './items/tool-search.ts';
import { WebSearchToolCall } from './items/web-search.ts';

const reference = {
  type: Type.Literal('item_reference', { default: 'item_reference' }),
  id: Type.String({ description: 'Id of an item of an earlier response or of a conversation.' }),
};

/** The `type` may be absent or null, as every optional property. */
export const ItemReferenceParam = named(
  'ItemReferenceParam',
  Type.Object({ ...reference, type: Type.Optional(nullable(reference.type)) }),
);
export type ItemReferenceParam = Static<typeof ItemReferenceParam>;

/** A discriminator requires the type. */
export const ItemReference = named('ItemReference', Type.Object(reference));
export type ItemReference = Static<typeof ItemReference>;

const typedItem = tagged(
  'type',
  [
    InputMessageItem,
    FileSearchToolCall,
    ComputerToolCallParam,
    ComputerCallOutputItemParam,
    WebSearchToolCall,
    FunctionToolCall,
    FunctionCallOutputItemParam,
    ToolSearchCallItemParam,
    ToolSearchOutputItemParam,
    AdditionalToolsItemParam,
    ReasoningItem,
    CompactionSummaryItemParam,
    ImageGenToolCall,
    CodeInterpreterToolCall,
    LocalShellToolCall,
    LocalShellToolCallOutput,
    FunctionShellCallItemParam,
    FunctionShellCallOutputItemParam,
    ApplyPatchToolCallItemParam,
    ApplyPatchToolCallOutputItemParam,
    MCPListTools,
    MCPApprovalRequest,
    MCPApprovalResponse,
    MCPToolCall,
    CustomToolCallOutput,
    CustomToolCall,
    CompactionTriggerItemParam,
    ItemReference,
    ProgramItemParam,
    ProgramOutputItemParam,
  ],
  { required: ['type'] },
);

/** An item of a request. An item without `type` is a message if it has a role, else a reference. */
export const InputItem = named(
  'InputItem',
  choose(
    { required: ['type'], properties: { type: { type: 'string' } } },
    { yes: typedItem, no: choose({ required: ['role'] }, { yes: ref(EasyInputMessage), no: ref(ItemReferenceParam) }) },
  ),
);
export type InputItem = Static<typeof InputItem>;

/** Items of a request. Clients send items of earlier answers back. */
export const inputItems = (maxItems: number) => Type.Array(history(ref(InputItem)), { maxItems });

export const OutputItem = named(
  'OutputItem',
  tagged('type', [
    OutputMessage,
    FileSearchToolCall,
    FunctionToolCall,
    FunctionToolCallOutputResource,
    WebSearchToolCall,
    ComputerToolCall,
    ComputerToolCallOutputResource,
    ReasoningItem,
    Program,
    ProgramOutput,
    ToolSearchCall,
    ToolSearchOutput,
    AdditionalTools,
    CompactionBody,
    ImageGenToolCall,
    CodeInterpreterToolCall,
    LocalShellToolCall,
    LocalShellToolCallOutput,
    FunctionShellCall,
    FunctionShellCallOutput,
    ApplyPatchToolCall,
    ApplyPatchToolCallOutput,
    MCPToolCall,
    MCPListTools,
    MCPApprovalRequest,
    MCPApprovalResponseResource,
    CustomToolCall,
    CustomToolCallOutputResource,
  ]),
);
export type OutputItem = Static<typeof OutputItem>;

export const ItemField = named(
  'ItemField',
  tagged('type', [
    Message,
    Program,
    ProgramOutput,
    FunctionToolCall,
    ToolSearchCall,
    ToolSearchOutput,
    AdditionalTools,
    FunctionToolCallOutput,
    FileSearchToolCall,
    WebSearchToolCall,
    ImageGenToolCall,
    ComputerToolCall,
    ComputerToolCallOutputResource,
    ReasoningItem,
    CompactionBody,
    CodeInterpreterToolCall,
    LocalShellToolCall,
    LocalShellToolCallOutput,
    FunctionShellCall,
    FunctionShellCallOutput,
    ApplyPatchToolCall,
    ApplyPatchToolCallOutput,
    MCPListTools,
    MCPApprovalRequest,
    MCPApprovalResponseResource,
    MCPToolCall,
    CustomToolCall,
    CustomToolCallOutput,
  ]),
);
export type ItemField = Static<typeof ItemField>;

export const ItemResource = named(
  'ItemResource',
  Type.Union([
    ref(InputMessageResource),
    ref(OutputMessage),
    ref(FileSearchToolCall),
    ref(ComputerToolCall),
    ref(ComputerToolCallOutputResource),
    ref(WebSearchToolCall),
    ref(FunctionToolCallResource),
    ref(FunctionToolCallOutputResource),
    ref(ToolSearchCall),
    ref(ToolSearchOutput),
    ref(AdditionalTools),
    ref(ReasoningItem),
    ref(Program),
    ref(ProgramOutput),
    ref(CompactionBody),
    ref(ImageGenToolCall),
    ref(CodeInterpreterToolCall),
    ref(LocalShellToolCall),
    ref(LocalShellToolCallOutput),
    ref(FunctionShellCall),
    ref(FunctionShellCallOutput),
    ref(ApplyPatchToolCall),
    ref(ApplyPatchToolCallOutput),
    ref(MCPListTools),
    ref(MCPApprovalRequest),
    ref(MCPApprovalResponseResource),
    ref(MCPToolCall),
    ref(CustomToolCallResource),
    ref(CustomToolCallOutputResource),
  ]),
);
export type ItemResource = Static<typeof ItemResource>;
