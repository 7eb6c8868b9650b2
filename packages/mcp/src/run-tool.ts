/** Calls the operation of a tool on the chosen connection. */
import type { CallToolResult } from '@modelcontextprotocol/server';
import { type ApiArguments, ApiFailure, type Connection } from './connection.ts';
import { CONNECTION_ARGUMENT, type Connections, redact, UnknownConnectionError } from './connections.ts';
import { type FileAccess, FileArgumentError, type FileContent, readFileArgument } from './file-argument.ts';
import { createFold } from './fold-stream.ts';
import type { Progress } from './progress.ts';
import { type ApiAnswer, type ApiError, toErrorResult, toToolResult } from './results.ts';
import type { ApiTool, ToolArgument } from './tools.ts';

export interface ToolCall {
  name: string;
  arguments: Record<string, unknown>;
}

export interface ToolContext {
  connections: Connections;
  tools: ReadonlyMap<string, ApiTool>;
  files: FileAccess;
  signal: AbortSignal;
  progress: Progress;
}

/** A wrong argument of a tool. */
class ToolArgumentError extends Error {
  readonly argument: string;

  constructor(argument: string, message: string) {
    super(message);
    this.argument = argument;
  }
}

export async function runTool(call: ToolCall, context: ToolContext): Promise<CallToolResult> {
  const { [CONNECTION_ARGUMENT]: pcid, ...given } = call.arguments;
  let secrets: readonly string[] = [];
  try {
    const tool = context.tools.get(call.name);
    if (tool === undefined) throw new ToolArgumentError('name', `There is no tool '${call.name}'.`);
    if (pcid !== undefined && typeof pcid !== 'string')
      throw new ToolArgumentError(CONNECTION_ARGUMENT, `'${CONNECTION_ARGUMENT}' is the name of a connection.`);
    const connection = context.connections.find(pcid);
    secrets = connection.secrets;
    const args = await toApiArguments(tool, given, context.files);
    const answer = await callApi(connection, { tool, args }, context);
    return redact(toToolResult(tool.name, answer), secrets);
  } catch (error) {
    context.signal.throwIfAborted();
    return redact(toErrorResult(toApiError(error)), secrets);
  }
}

async function callApi(
  connection: Connection,
  { tool, args }: { tool: ApiTool; args: ApiArguments },
  { signal, progress }: ToolContext,
): Promise<ApiAnswer> {
  const { operation } = tool;
  if (args.body['stream'] !== true) return connection.call(operation, args, signal);
  const fold = createFold(operation.id);
  for await (const event of connection.stream(operation, args, signal)) progress(fold.add(event));
  return { kind: 'json', value: fold.result() };
}

async function toApiArguments(tool: ApiTool, given: Record<string, unknown>, files: FileAccess): Promise<ApiArguments> {
  const args: ApiArguments = { params: {}, query: {}, body: {} };
  for (const [name, value] of Object.entries(given)) {
    const argument = findArgument(tool, name);
    if (argument === undefined) {
      const known = [...tool.arguments.keys()].join(', ');
      throw new ToolArgumentError(name, `'${tool.name}' has no argument '${name}'. It has: ${known || 'none'}.`);
    }
    const target = argument.location === 'path' ? args.params : args[argument.location];
    target[argument.parameter] = argument.isFile ? await readFiles(name, value, files) : value;
  }
  for (const [name, { required, parameter, location }] of tool.arguments) {
    const target = location === 'path' ? args.params : args[location];
    if (required && target[parameter] === undefined)
      throw new ToolArgumentError(name, `'${tool.name}' needs the argument '${name}'.`);
  }
  return args;
}

/** By its listed name, or by the name without brackets, because some models cannot write brackets. */
function findArgument({ arguments: all }: ApiTool, name: string): ToolArgument | undefined {
  return all.get(name) ?? all.get(`${name}[]`);
}

async function readFiles(name: string, value: unknown, files: FileAccess): Promise<FileContent | FileContent[]> {
  if (!Array.isArray(value)) return readFileArgument(name, value, files);
  return Promise.all(value.map((each) => readFileArgument(name, each, files)));
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiFailure) return error.error;
  const argument = error instanceof ToolArgumentError ? error.argument : null;
  const param = error instanceof UnknownConnectionError ? CONNECTION_ARGUMENT : argument;
  const invalid = param !== null || error instanceof FileArgumentError;
  const message = error instanceof Error ? error.message : String(error);
  return { message, type: invalid ? 'invalid_request_error' : 'tool_error', param, code: null, status: null };
}
