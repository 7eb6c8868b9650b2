/**
 * The tools of a request → what the model may call. Pure.
 * The engine enforces schemas while it decodes a call, strict or not. A part of a schema that it cannot enforce is
 * refused if the schema is strict, and otherwise reported as ignored.
 */
import type { LanguageModel, ToolFunction } from '../../engines/language-model.ts';
import { errors } from '../../errors/catalogue.ts';
import { defined } from '../../lib/defined.ts';
import type { ToolUse } from '../generate.ts';
import { toInputSchema } from './custom-calls.ts';
import { requireFeature } from './features.ts';
import { LarkError, toLarkPattern } from './lark/lark-pattern.ts';
import { checkPatternSize, checkSchemaSize } from './schema-size.ts';
import { checkStrict } from './strict.ts';

export interface RequestedFunction {
  type: 'function';
  name: string;
  description?: string | undefined;
  parameters?: Record<string, unknown> | undefined;
  strict?: boolean | null | undefined;
}

export interface RequestedCustomTool {
  type: 'custom';
  name: string;
  description?: string | undefined;
  /** Undefined: any text. */
  grammar?: { syntax: 'lark' | 'regex'; definition: string } | undefined;
}

export type RequestedTool = RequestedFunction | RequestedCustomTool;

/** A tool of the request by its type and name. */
export interface ToolName {
  type: 'function' | 'custom';
  name: string;
}

export type RequestedChoice =
  | 'none'
  | 'auto'
  | 'required'
  | ToolName
  | { type: 'allowed_tools'; mode: 'auto' | 'required'; tools: readonly ToolName[] };

export interface ToolFields {
  tools: readonly RequestedTool[];
  /** Default `auto`. */
  choice?: RequestedChoice | undefined;
  parallel?: boolean | null | undefined;
}

/** Names of the request's parameters in errors. */
export interface ToolParams {
  /** E.g. `tools`. */
  tools: string;
  /** E.g. `tool_choice`. */
  choice: string;
  /** E.g. `tool_choice.allowed_tools.tools`. */
  allowed: string;
  /** E.g. `parallel_tool_calls`. */
  parallel: string;
  /** A property of the tool at this index, e.g. `tools[0].function.parameters`. */
  ofTool(tool: RequestedTool, index: number, property: 'name' | 'parameters' | 'format' | 'grammar'): string;
}

/** Returns undefined when nothing may be called. @throws ApiError naming the parameter that is invalid. */
export function toToolUse(
  { tools, choice, parallel }: ToolFields,
  model: LanguageModel,
  params: ToolParams,
): ToolUse | undefined {
  if (tools.length === 0) {
    refuseWithout(params.tools, choice === 'none' ? undefined : choice, params.choice);
    refuseWithout(params.tools, parallel, params.parallel);
    return undefined;
  }
  requireFeature(model, 'tools', params.tools);
  const functions = tools.map((tool, index) => toToolFunction(tool, index, params));
  refuseDuplicates(tools, params);
  const chosen = toChoice(choice, { functions, tools, params });
  return chosen === undefined ? undefined : { ...chosen, ...defined({ parallel: parallel ?? undefined }) };
}

/** @throws ApiError if a value is given for a parameter that needs another one. */
export function refuseWithout(needed: string, value: unknown, param: string): void {
  if (value !== undefined && value !== null)
    throw errors.invalidValue(param, `'${param}' is only allowed when '${needed}' are specified.`);
}

export function customNames(tools: readonly RequestedTool[]): ReadonlySet<string> {
  return new Set(tools.filter(({ type }) => type === 'custom').map(({ name }) => name));
}

function toToolFunction(tool: RequestedTool, index: number, params: ToolParams): ToolFunction {
  if (tool.type === 'custom') return toCustomFunction(tool, index, params);
  const { name, description, parameters, strict } = tool;
  const param = params.ofTool(tool, index, 'parameters');
  checkSchemaSize(parameters, param);
  if (strict === true && parameters !== undefined) checkStrict(parameters, param);
  return { name, param, ...defined({ description, parameters, strict: strict ?? undefined }) };
}

const CUSTOM_NAME = /^[A-Za-z0-9_-]{1,64}$/;

function toCustomFunction(tool: RequestedCustomTool, index: number, params: ToolParams): ToolFunction {
  const { name, description, grammar } = tool;
  if (!CUSTOM_NAME.test(name)) {
    const param = params.ofTool(tool, index, 'name');
    throw errors.invalidValue(param, 'A name has 1 to 64 letters, digits, underscores and dashes.');
  }
  const head = { name, ...defined({ description }) };
  if (grammar === undefined) {
    return { ...head, parameters: toInputSchema(undefined), param: params.ofTool(tool, index, 'format') };
  }
  const param = params.ofTool(tool, index, 'grammar');
  if (grammar.syntax === 'regex') checkPatternSize(grammar.definition, param);
  const pattern = grammar.syntax === 'regex' ? grammar.definition : fromLark(grammar.definition, param);
  return { ...head, parameters: toInputSchema(pattern), param, strict: true };
}

function fromLark(definition: string, param: string): string {
  try {
    return toLarkPattern(definition);
  } catch (error) {
    if (error instanceof LarkError)
      throw errors.invalidValue(param, `Invalid grammar in '${param}': ${error.message}.`);
    throw error;
  }
}

function refuseDuplicates(tools: readonly RequestedTool[], params: ToolParams): void {
  const seen = new Set<string>();
  for (const [index, tool] of tools.entries()) {
    const { name } = tool;
    if (seen.has(name)) {
      throw errors.invalidValue(params.ofTool(tool, index, 'name'), `Two functions have the name '${name}'.`);
    }
    seen.add(name);
  }
}

type Choice = Pick<ToolUse, 'functions' | 'choice'>;

interface Available {
  functions: readonly ToolFunction[];
  tools: readonly RequestedTool[];
  params: ToolParams;
}

function toChoice(choice: RequestedChoice | undefined, available: Available): Choice | undefined {
  const { functions, params } = available;
  if (choice === 'none') return undefined;
  if (choice === undefined || typeof choice === 'string') return { functions, choice: choice ?? 'auto' };
  if (choice.type !== 'allowed_tools') return { functions, choice: findTool(choice, params.choice, available) };
  const names = choice.tools.map((tool) => findTool(tool, params.allowed, available).name);
  if (names.length === 0) throw errors.invalidValue(params.allowed, 'At least one tool must be allowed.');
  return { functions: functions.filter(({ name }) => names.includes(name)), choice: choice.mode };
}

function findTool({ type, name }: ToolName, param: string, { tools }: Available): { name: string } {
  const sameType = tools.filter((tool) => tool.type === type);
  if (sameType.some((tool) => tool.name === name)) return { name };
  const known = sameType.map((tool) => `'${tool.name}'`).join(', ');
  throw errors.invalidValue(param, `The function '${name}' is not among those of the request, which are ${known}.`);
}
