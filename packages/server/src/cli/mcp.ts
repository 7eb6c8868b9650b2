/** `selfsame mcp`: the API as MCP tools over standard input and output, for hosts that start their servers. */
import { readFileSync } from 'node:fs';
import {
  type Connection,
  type ConnectionSettings,
  createApiConnection,
  createConnections,
  parseConnections,
  serveMcpOverStdio,
} from '@selfsame/mcp';
import { readApiAddress } from '../config/api-address.ts';
import { toUrl } from '../start/address.ts';
import { VERSION } from '../version.ts';
import { CommandError, readConfig, type SettingFlags } from './settings-flags.ts';

interface McpFlags extends SettingFlags {
  baseUrl?: string;
  apiKey?: string;
  connections?: string;
  tools?: string[];
  readOnly?: boolean;
}

export function mcp(flags: McpFlags): void {
  const settings = new Map([['default', defaultSettings(flags)], ...namedSettings(flags.connections)]);
  const connections = createConnections(new Map([...settings].map(toConnection)));
  const extended = { groups: flags.tools ?? [], readOnly: flags.readOnly === true };
  try {
    serveMcpOverStdio({ version: VERSION, connections, extended, files: 'local' }, (error) =>
      console.error(error.message),
    );
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

function defaultSettings(flags: McpFlags): ConnectionSettings {
  const { config } = readConfig(flags as SettingFlags);
  const { baseUrl = `${toUrl(config.host, config.port)}/v1`, ...variables } = readApiAddress();
  return {
    ...variables,
    baseUrl: flags.baseUrl ?? baseUrl,
    ...(flags.apiKey === undefined ? {} : { apiKey: flags.apiKey }),
  };
}

/** A connection named `default` replaces the one of the flags and the environment. */
function namedSettings(path: string | undefined): Map<string, ConnectionSettings> {
  if (path === undefined) return new Map();
  try {
    return parseConnections(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CommandError(`${path}: ${(error as Error).message}`);
  }
}

function toConnection([name, settings]: [string, ConnectionSettings]): [string, Connection] {
  try {
    return [name, createApiConnection(settings)];
  } catch (error) {
    throw new CommandError(`connection '${name}': ${(error as Error).message}`);
  }
}
