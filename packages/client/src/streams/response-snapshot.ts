/** Accumulates the events of a response. */
import type * as Wire from '@selfsame/contract';
import { SelfsameError } from '../core/errors.ts';

export type ResponseEvent = Wire.ResponseStreamEvent;
type OutputItem = Wire.Response['output'][number];

/** Events with the whole response. */
const LIFE_CYCLE = new Set([
  'response.created',
  'response.queued',
  'response.in_progress',
  'response.completed',
  'response.failed',
  'response.incomplete',
]);

/** Adds an event to the snapshot of its response, which it changes, or returns the one that replaces it. */
export function addResponseEvent(snapshot: Wire.Response | undefined, event: ResponseEvent): Wire.Response {
  if (LIFE_CYCLE.has(event.type) && 'response' in event) {
    const response = structuredClone(event.response) as Wire.Response;
    response.output ??= snapshot?.output ?? [];
    return response;
  }
  if (snapshot === undefined) throw new SelfsameError(`the stream starts with '${event.type}' instead of a response`);
  addToOutput(snapshot, event);
  return snapshot;
}

function addToOutput(response: Wire.Response, event: ResponseEvent): void {
  switch (event.type) {
    case 'response.output_item.added':
    case 'response.output_item.done':
      response.output[event.output_index] = structuredClone(event.item) as OutputItem;
      break;
    case 'response.content_part.added':
    case 'response.content_part.done':
      setPart(itemAt(response, event.output_index), 'content', event.content_index, event.part);
      break;
    case 'response.reasoning_summary_part.added':
    case 'response.reasoning_summary_part.done':
      setPart(itemAt(response, event.output_index), 'summary', event.summary_index, event.part);
      break;
    case 'response.output_text.delta':
    case 'response.reasoning_text.delta':
      addText(partAt(response, event.output_index, 'content', event.content_index), 'text', event.delta);
      break;
    case 'response.refusal.delta':
      addText(partAt(response, event.output_index, 'content', event.content_index), 'refusal', event.delta);
      break;
    case 'response.reasoning_summary_text.delta':
      addText(partAt(response, event.output_index, 'summary', event.summary_index), 'text', event.delta);
      break;
    case 'response.function_call_arguments.delta':
      addText(itemAt(response, event.output_index), 'arguments', event.delta);
      break;
    case 'response.custom_tool_call_input.delta':
      addText(itemAt(response, event.output_index), 'input', event.delta);
      break;
    case 'response.code_interpreter_call_code.delta':
      addText(itemAt(response, event.output_index), 'code', event.delta);
      break;
  }
}

interface Fields {
  [name: string]: unknown;
}

/** @throws SelfsameError if the item has not been added. */
function itemAt(response: Wire.Response, index: number): Fields {
  const item = response.output[index];
  if (item === undefined) throw new SelfsameError(`output item ${index} has not been added`);
  return item as object as Fields;
}

function setPart(item: Fields, list: 'content' | 'summary', index: number, part: unknown): void {
  const parts = Array.isArray(item[list]) ? (item[list] as unknown[]) : [];
  parts[index] = structuredClone(part);
  item[list] = parts;
}

/** @throws SelfsameError if the part has not been added. */
export function partAt(response: Wire.Response, output: number, list: 'content' | 'summary', index: number): Fields {
  const parts = itemAt(response, output)[list];
  const part: unknown = Array.isArray(parts) ? parts[index] : undefined;
  if (part === undefined) throw new SelfsameError(`part ${index} of output item ${output} has not been added`);
  return part as Fields;
}

function addText(target: Fields, name: string, delta: string): void {
  target[name] = ((target[name] as string | undefined | null) ?? '') + delta;
}

/** The accumulated arguments of a function call. */
export function argumentsAt(response: Wire.Response, index: number): string {
  return (itemAt(response, index)['arguments'] as string | undefined) ?? '';
}
