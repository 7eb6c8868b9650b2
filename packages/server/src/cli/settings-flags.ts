/** Settings as command-line flags, and the output of a failed command. */
import type { Command } from 'commander';
import { type LoadedConfig, loadConfig, openConfigFile, type SettingTexts, toFlag } from '../config/load.ts';
import { type SettingName, settings } from '../config/settings.ts';
import { explainFailure } from './explain-failure.ts';

/** `config`: the path of the configuration file. */
export type SettingFlags = SettingTexts & { config?: string };

const ALL = Object.keys(settings) as SettingName[];

/** Adds `--config` and a flag per setting: `dataDir` → `--data-dir <value>`. */
export function addSettingFlags(command: Command, names: readonly SettingName[] = ALL): Command {
  command.option('--config <path>', 'The configuration file (default: selfsame.config.* in this folder).');
  for (const name of names) command.option(`--${toFlag(name)} <value>`, settings[name].about);
  return command;
}

/** Location of the database, as far as the settings have been read. */
let location = 'the data folder';

/** Reads settings from flags, environment and file; prints warnings on stderr. */
export function readConfig(flags: SettingFlags & Record<string, unknown>): LoadedConfig {
  const own = Object.fromEntries(
    ALL.filter((name) => typeof flags[name] === 'string').map((name) => [name, flags[name]]),
  );
  const loaded = loadConfig(own as SettingTexts, undefined, openConfigFile(flags.config));
  const { databaseUrl, dataDir } = loaded.config;
  location = databaseUrl === '' ? dataDir : 'the PostgreSQL of SELFSAME_DATABASE_URL';
  for (const warning of loaded.warnings) console.error(`warning: ${warning}`);
  return loaded;
}

/** Errors with a complete message are printed as one line; any other error is a bug and keeps its stack. */
const EXPLAINED = new Set([
  'ConfigError',
  'UnsafeAddressError',
  'PullError',
  'CommandError',
  'DeleteModelError',
  'MigrationError',
  'BackupError',
  'ImportError',
  'ApiError',
  'ModelReferenceError',
]);

export class CommandError extends Error {
  override readonly name = 'CommandError';
}

function sentenceOf(error: unknown): string | undefined {
  const own = error instanceof Error && EXPLAINED.has(error.name) ? error.message : undefined;
  // An ApiError is worded for clients; its cause states what to do on this machine.
  const prefersCause = own === undefined || (error as Error).name === 'ApiError';
  return prefersCause ? (explainFailure(error, location) ?? own) : own;
}

/** Prints why a command fails, in one line if possible, and exits with 1 or with the `exitCode` of the error. */
export function fail(error: unknown): never {
  const sentence = sentenceOf(error);
  if (sentence === undefined) console.error(error);
  else console.error(`selfsame: ${sentence}`);
  process.exit((error as { exitCode?: number }).exitCode ?? 1);
}
