/**
 * `tools`, `tool_choice` and `parallel_tool_calls`, or the older `functions` and `function_call`, → what the model may call. Pure.
 * Schemas are enforced while the call is decoded, strict or not; what cannot be enforced is refused if it is strict, else named.
 */
import type { CreateChatCompletionRequest } from '@selfsame/contract';
import type { LanguageModel, ToolFunction } from '../../engines/language-model.ts';
import { errors } from '../../errors/catalogue.ts';
import { requireFeature } from './features.ts';
import type { ToolUse } from '../generate.ts';
import { toInputSchema } from './custom-calls.ts';
import { LarkFault, toLarkPattern } from './lark/lark-pattern.ts';
import { checkPatternSize, checkSchemaSize } from './schema-size.ts';
import { checkStrict } from './strict.ts';

type Body = CreateChatCompletionRequest;

/** Undefined when nothing may be called. */
export function toToolUse(body: Body, model: LanguageModel): ToolUse | undefined {
  const { tools = [], functions } = body;
  if (functions !== undefined) {
    if (tools.length > 0)
      throw errors.invalidValue('functions', "'functions' and 'tools' cannot be given at the same time.");
    return toFunctionUse(body, model);
  }
  refuseWithout('functions', body.function_call === 'none' ? undefined : body.function_call, 'function_call');
  if (tools.length === 0) {
    refuseWithout('tools', body.tool_choice === 'none' ? undefined : body.tool_choice, 'tool_choice');
    refuseWithout('tools', body.parallel_tool_calls, 'parallel_tool_calls');
    return undefined;
  }
  requireFeature(model, 'tools', 'tools');
  const all = tools.map(toToolFunction);
  refuseTwice(all, (index) => `tools[${index}].${tools[index]?.type ?? 'function'}.name`);
  const choice = toChoice(body.tool_choice, { all, customs: customNames(body) });
  if (choice === undefined) return undefined;
  const { parallel_tool_calls: parallel } = body;
  return { ...choice, ...(typeof parallel === 'boolean' ? { parallel } : {}) };
}

function refuseWithout(needed: string, value: unknown, param: string): void {
  if (value !== undefined && value !== null)
    throw errors.invalidValue(param, `'${param}' is only allowed when '${needed}' are specified.`);
}

type Tool = NonNullable<Body['tools']>[number];

function toToolFunction(tool: Tool, index: number): ToolFunction {
  if (tool.type === 'custom') return toCustomFunction(tool.custom, `tools[${index}].custom`);
  const { name, description, parameters, strict } = tool.function;
  const param = `tools[${index}].function.parameters`;
  checkSchemaSize(parameters, param);
  if (strict === true && parameters !== undefined) checkStrict(parameters, param);
  return {
    ...toFunction({ name, description, parameters }, param),
    ...(typeof strict === 'boolean' ? { strict } : {}),
  };
}

type CustomTool = Extract<Tool, { type: 'custom' }>['custom'];

const CUSTOM_NAME = /^[A-Za-z0-9_-]{1,64}$/;

function toCustomFunction({ name, description, format }: CustomTool, param: string): ToolFunction {
  if (!CUSTOM_NAME.test(name))
    throw errors.invalidValue(`${param}.name`, 'A name has 1 to 64 letters, digits, underscores and dashes.');
  if (format === undefined || format.type === 'text')
    return toFunction({ name, description, parameters: toInputSchema(undefined) }, `${param}.format`);
  const { syntax, definition } = format.grammar;
  const place = `${param}.format.grammar.definition`;
  if (syntax === 'regex') checkPatternSize(definition, place);
  const pattern = syntax === 'regex' ? definition : fromLark(definition, place);
  return { ...toFunction({ name, description, parameters: toInputSchema(pattern) }, place), strict: true };
}

function fromLark(definition: string, param: string): string {
  try {
    return toLarkPattern(definition);
  } catch (error) {
    if (error instanceof LarkFault)
      throw errors.invalidValue(param, `Invalid grammar in '${param}': ${error.message}.`);
    throw error;
  }
}

/** Names of the custom tools of a request. */
export function customNames({ tools = [] }: Body): ReadonlySet<string> {
  return new Set(tools.flatMap((tool) => (tool.type === 'custom' ? [tool.custom.name] : [])));
}

interface WireFunction {
  name: string;
  description?: string | undefined;
  parameters?: Record<string, unknown> | undefined;
}

function toFunction({ name, description, parameters }: WireFunction, param: string): ToolFunction {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(parameters === undefined ? {} : { parameters }),
    param,
  };
}

function refuseTwice(functions: readonly ToolFunction[], paramOf: (index: number) => string): void {
  const seen = new Set<string>();
  for (const [index, { name }] of functions.entries()) {
    if (seen.has(name)) throw errors.invalidValue(paramOf(index), `Two functions have the name '${name}'.`);
    seen.add(name);
  }
}

type Choice = Pick<ToolUse, 'functions' | 'choice'>;

interface Known {
  all: readonly ToolFunction[];
  customs: ReadonlySet<string>;
}

function toChoice(choice: Body['tool_choice'], { all, customs }: Known): Choice | undefined {
  if (choice === 'none') return undefined;
  if (choice === undefined || typeof choice === 'string') return { functions: all, choice: choice ?? 'auto' };
  const ofType = (type: string) => all.filter(({ name }) => customs.has(name) === (type === 'custom'));
  if (choice.type !== 'allowed_tools') {
    const { name } = choice.type === 'custom' ? choice.custom : choice.function;
    return { functions: all, choice: named(name, ofType(choice.type), 'tool_choice') };
  }
  const { mode, tools } = choice.allowed_tools;
  const param = 'tool_choice.allowed_tools.tools';
  const names = tools.map((tool, index) => {
    const { type, name } = toAllowed(tool, `${param}[${index}]`);
    return named(name, ofType(type), param).name;
  });
  if (names.length === 0) throw errors.invalidValue(param, 'At least one tool must be allowed.');
  return { functions: all.filter(({ name }) => names.includes(name)), choice: mode };
}

function toAllowed(tool: Record<string, unknown>, param: string): { type: string; name: string } {
  const { type } = tool;
  const inner = typeof type === 'string' ? (tool[type] as { name?: unknown } | undefined) : undefined;
  const name = inner?.name ?? tool['name'];
  if ((type === 'function' || type === 'custom') && typeof name === 'string') return { type, name };
  throw errors.invalidValue(
    param,
    "An allowed tool is named as {type: 'function', function: {name}} or {type: 'custom', custom: {name}}.",
  );
}

function named(name: string, all: readonly ToolFunction[], param: string): { name: string } {
  if (all.some((tool) => tool.name === name)) return { name };
  const known = all.map((tool) => `'${tool.name}'`).join(', ');
  throw errors.invalidValue(param, `The function '${name}' is not among those of the request, which are ${known}.`);
}

function toFunctionUse(body: Body, model: LanguageModel): ToolUse | undefined {
  requireFeature(model, 'tools', 'functions');
  refuseWithout('tools', body.tool_choice, 'tool_choice');
  refuseWithout('tools', body.parallel_tool_calls, 'parallel_tool_calls');
  const functions = (body.functions ?? []).map((each, index) => {
    const param = `functions[${index}].parameters`;
    checkSchemaSize(each.parameters, param);
    return toFunction(each, param);
  });
  refuseTwice(functions, (index) => `functions[${index}].name`);
  const { function_call: choice = 'auto' } = body;
  if (choice === 'none') return undefined;
  const one = choice === 'auto' ? choice : named(choice.name, functions, 'function_call');
  return { functions, choice: one, parallel: false };
}
