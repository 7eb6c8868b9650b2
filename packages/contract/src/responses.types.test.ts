/**
 * Compares responses with the types of the official clients at compile time. The test asserts that the file was
 * compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { CompactResource, CompactResponseMethodPublicBody } from './responses/compaction.ts';
import type { ResponseStreamEvent } from './responses/events.ts';
import type { ResponseItemList } from './responses/input-items.ts';
import type { TokenCountsBody, TokenCountsResource } from './responses/input-tokens.ts';
import type { InputItem, ItemResource, OutputItem } from './responses/items.ts';
import type { CreateResponse } from './responses/request.ts';
import type { Response } from './responses/response.ts';
import type { ToolParam } from './responses/tools.ts';

type Theirs = OpenAI.Responses.Response;

/** Newer than the API description; the client computes `output_text`. */
type Unknown = 'output_text' | 'access_programs' | 'image' | 'input_transformations' | 'prompt_cache_diagnostics';
type Known<T> = Omit<T, Unknown>;

/** Instructions are returned as they were received: a text. The errors are compared apart from the code of a long prompt. */
type Unlike = 'output_text' | 'instructions' | 'error' | 'usage';
type ErrorCode<R extends { error: { code: string } | null }> = NonNullable<R['error']>['code'];

/** Events with a response, compared without it: the response is compared alone. */
type WithoutResponse<E> = E extends { response: unknown } ? Omit<E, 'response'> : E;

/** Newer than the API description, as is the quality `max` of generated images. */
type NewItem = { type: 'configuration_update' };
type NewEvent = { type: 'response.compaction.compacting' };

type Tool = OpenAI.Responses.Tool;
type Item = OpenAI.Responses.ResponseInputItem;
type Params = OpenAI.Responses.ResponseCreateParams;
type ParamsV4 = OpenAIv4.Responses.ResponseCreateParams;
/** The clients type nested filters as `unknown`. */
type Search = Omit<OpenAI.Responses.FileSearchTool, 'filters'>;
/** Properties with parts that the clients type more widely, compared alone: `mcp` without a server, JSON as `unknown`. */
type Apart = 'input' | 'tools' | 'tool_choice' | 'prompt_cache_options';
/** Items with tools or schemas, which the clients type as `unknown`. */
type WithTools = { type: 'additional_tools' | 'tool_search_output' | 'tool_search_call' | 'mcp_list_tools' };
/** Items with values that the description does not have, of tools that the server does not run. */
type OtherValues = { type: 'web_search_call' | 'mcp_call' | 'code_interpreter_call' | 'computer_call' };
/** The description types them more widely in responses; the server makes none. */
type Wider = { type: 'computer_call_output' | 'tool_search_call' | 'additional_tools' | 'tool_search_output' };

it('a response, its items and its events fit the types of the official client', () => {
  const checks: [
    Assignable<Omit<Response, Unlike>, Omit<Known<Theirs>, Unlike>>,
    Assignable<Exclude<ErrorCode<Response>, 'context_length_exceeded'>, ErrorCode<Theirs>>,
    Assignable<OutputItem, OpenAI.Responses.ResponseOutputItem>,
    Assignable<ItemResource, OpenAI.Responses.ResponseItem>,
    Assignable<ResponseItemList['data'][number], OpenAI.Responses.ResponseItem>,
    Assignable<WithoutResponse<ResponseStreamEvent>, WithoutResponse<OpenAI.Responses.ResponseStreamEvent>>,
    // The outputs of custom tools have no status in the description of compaction.
    Assignable<Omit<CompactResource, 'output'>, Omit<OpenAI.Responses.CompactedResponse, 'output'>>,
    Assignable<TokenCountsResource, OpenAI.Responses.InputTokenCountResponse>,
  ] = [true, true, true, true, true, true, true, true];
  expect(checks).toHaveLength(8);
});

it('the events of the official client are the events of the contract', () => {
  type Names = Exclude<OpenAI.Responses.ResponseStreamEvent, NewEvent>['type'];
  const checks: [Assignable<Names, ResponseStreamEvent['type']>, Assignable<ResponseStreamEvent['type'], Names>] = [
    true,
    true,
  ];
  expect(checks).toHaveLength(2);
});

it('requests of the official clients fit the contract', () => {
  const checks: [
    Assignable<Omit<Params, Apart>, Omit<CreateResponse, Apart>>,
    Assignable<Exclude<Params['tool_choice'], OpenAI.Responses.ToolChoiceTypes>, CreateResponse['tool_choice']>,
    Assignable<Exclude<Tool, { type: 'file_search' | 'image_generation' | 'namespace' | 'tool_search' }>, ToolParam>,
    Assignable<Search, ToolParam>,
    Assignable<Exclude<Item, NewItem | WithTools | OtherValues>, InputItem>,
    Assignable<Omit<ParamsV4, Apart>, Omit<CreateResponse, Apart>>,
    Assignable<Exclude<OpenAIv4.Responses.ResponseInputItem, WithTools | OtherValues>, InputItem>,
    Assignable<OpenAIv4.Responses.FunctionTool, ToolParam>,
    Assignable<keyof OpenAI.Responses.InputTokenCountParams, keyof TokenCountsBody>,
    Assignable<Exclude<keyof OpenAI.Responses.ResponseCompactParams, Unknown>, keyof CompactResponseMethodPublicBody>,
  ] = [true, true, true, true, true, true, true, true, true, true];
  expect(checks).toHaveLength(10);
});

it('output items and input items of a response fit a later request unchanged', () => {
  const checks: [
    Assignable<Exclude<OutputItem, Wider>, InputItem>,
    Assignable<Exclude<ItemResource, Wider>, InputItem>,
  ] = [true, true];
  expect(checks).toHaveLength(2);
});
