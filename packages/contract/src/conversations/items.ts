/** Items of a conversation: `conversations.items.*`. */
import Type, { type Static } from 'typebox';
import { page, pageQuery } from '../common/pages.ts';
import { operation } from '../operation.ts';
import { ApplyPatchToolCall, ApplyPatchToolCallOutput } from '../responses/items/apply-patch.ts';
import { CodeInterpreterToolCall, ImageGenToolCall } from '../responses/items/code.ts';
import { ComputerToolCall, ComputerToolCallOutputResource } from '../responses/items/computer.ts';
import { FileSearchToolCall } from '../responses/items/file-search.ts';
import {
  CustomToolCall,
  CustomToolCallOutput,
  FunctionToolCallOutputResource,
  FunctionToolCallResource,
} from '../responses/items/functions.ts';
import { MCPApprovalRequest, MCPApprovalResponseResource, MCPListTools, MCPToolCall } from '../responses/items/mcp.ts';
import { Message } from '../responses/items/messages.ts';
import { Program, ProgramOutput } from '../responses/items/programs.ts';
import { CompactionBody, ReasoningItem } from '../responses/items/reasoning.ts';
import { LocalShellToolCall, LocalShellToolCallOutput } from '../responses/items/shell.ts';
import { FunctionShellCall, FunctionShellCallOutput } from '../responses/items/shell-resources.ts';
import { AdditionalTools, ToolSearchCall, ToolSearchOutput } from '../responses/items/tool-search.ts';
import { WebSearchToolCall } from '../responses/items/web-search.ts';
import { inputItems } from '../responses/items.ts';
import { includeQuery } from '../responses/options.ts';
import { named, tagged } from '../schema.ts';
import { CONVERSATION_BYTES, ConversationResource, MAX_NEW_ITEMS } from './objects.ts';

export const ConversationItem = named(
  'ConversationItem',
  tagged('type', [
    Message,
    FunctionToolCallResource,
    FunctionToolCallOutputResource,
    FileSearchToolCall,
    WebSearchToolCall,
    ImageGenToolCall,
    ComputerToolCall,
    ComputerToolCallOutputResource,
    ToolSearchCall,
    ToolSearchOutput,
    AdditionalTools,
    ReasoningItem,
    Program,
    ProgramOutput,
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
export type ConversationItem = Static<typeof ConversationItem>;

export const ConversationItemList = page('ConversationItemList', ConversationItem);
export type ConversationItemList = Static<typeof ConversationItemList>;

const conversation_id = Type.String({ description: 'Id of the conversation.' });
const params = Type.Object({ conversation_id });
const itemParams = Type.Object({ conversation_id, item_id: Type.String({ description: 'Id of the item.' }) });

export const list = operation({
  id: 'conversations.items.list',
  method: 'GET',
  path: '/conversations/{conversation_id}/items',
  summary: 'Lists the items of a conversation.',
  authority: 'project',
  params,
  query: pageQuery({ limit: 20, max: 100 }, { include: includeQuery }),
  response: ConversationItemList,
});

export const ConversationsItemsCreateRequest = named(
  'ConversationsItemsCreateRequest',
  Type.Object({ items: inputItems(MAX_NEW_ITEMS) }, { additionalProperties: false }),
);
export type ConversationsItemsCreateRequest = Static<typeof ConversationsItemsCreateRequest>;

export const create = operation({
  id: 'conversations.items.create',
  method: 'POST',
  path: '/conversations/{conversation_id}/items',
  summary: 'Appends items to a conversation.',
  authority: 'project',
  params,
  query: Type.Object({ include: includeQuery }),
  body: ConversationsItemsCreateRequest,
  response: ConversationItemList,
  bodyLimit: CONVERSATION_BYTES,
});

export const retrieve = operation({
  id: 'conversations.items.retrieve',
  method: 'GET',
  path: '/conversations/{conversation_id}/items/{item_id}',
  summary: 'Retrieves an item of a conversation.',
  authority: 'project',
  params: itemParams,
  query: Type.Object({ include: includeQuery }),
  response: ConversationItem,
});

const deleteItem = operation({
  id: 'conversations.items.delete',
  method: 'DELETE',
  path: '/conversations/{conversation_id}/items/{item_id}',
  summary: 'Deletes an item of a conversation.',
  authority: 'project',
  params: itemParams,
  response: ConversationResource,
});

export { deleteItem as delete };
