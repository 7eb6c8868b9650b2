/**
 * Reads all settings into one frozen object, once at start. Precedence: flag, environment variable, configuration file,
 * default. The only reader of `process.env`.
 */
import { dirname } from 'node:path';
import { didYouMean } from '../lib/nearest.ts';
import { type ConfigFile, ConfigFileError, findConfigFile, readConfigFile } from './config-file.ts';
import {
  type FormDeps,
  FormError,
  type FormIssue,
  toPathText,
  unknownName,
  type ValueOf,
  type ValuePath,
} from './form.ts';
import type { Form } from './forms.ts';
import { CONFIG_FILE_VARIABLE, type SettingName, settings } from './settings.ts';

export type { ConfigFile };

type Settings = typeof settings;
type Widen<T> = T extends readonly (infer I)[] ? readonly I[] : T extends string ? (string extends T ? string : T) : T;
export type Config = { readonly [K in SettingName]: Widen<ValueOf<Settings[K]['form']>> };

export type Origin = 'default' | 'file' | 'environment' | 'flag';

export interface LoadedConfig {
  config: Config;
  origins: Readonly<Record<SettingName, Origin>>;
  /** Path of the file that was read. */
  file: string | undefined;
  /** About variables that have the prefix of settings but are not settings. */
  warnings: readonly string[];
}

/** Invalid settings. Each problem names the setting, its position or value, and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

export type SettingTexts = Partial<Record<SettingName, string>>;

/** `given`: the path from `--config`. Throws `ConfigError`. */
export function openConfigFile(
  given: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): ConfigFile | undefined {
  try {
    const path = given ?? environment[CONFIG_FILE_VARIABLE] ?? findConfigFile(process.cwd());
    return path === undefined ? undefined : readConfigFile(path);
  } catch (error) {
    throw error instanceof ConfigFileError ? new ConfigError([error.message]) : error;
  }
}

/** Throws `ConfigError` with all problems. */
export function loadConfig(
  flags: SettingTexts = {},
  environment: NodeJS.ProcessEnv = process.env,
  file?: ConfigFile,
): LoadedConfig {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  const fromFile = file === undefined ? {} : readValues(file, environment, problems);
  for (const [name, setting] of Object.entries(settings)) {
    const form: Form<unknown> = setting.form;
    const flag = flags[name as SettingName];
    const text = flag ?? environment[setting.env];
    const inFile = Object.hasOwn(fromFile, name);
    values[name] = inFile ? fromFile[name] : setting.default;
    origins[name] = inFile ? 'file' : 'default';
    if (text === undefined) continue;
    origins[name] = flag === undefined ? 'environment' : 'flag';
    try {
      values[name] = form.fromText(text, { environment, directory: process.cwd() });
    } catch (error) {
      if (!(error instanceof FormError)) throw error;
      const source = flag === undefined ? setting.env : `--${toFlag(name)}`;
      const found = 'secret' in setting ? '' : ` ("${shorten(text)}")`;
      problems.push(`${source}${found} is not a usable ${name}: ${error.message}.`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    config: Object.freeze(values) as Config,
    origins: Object.freeze(origins) as Record<SettingName, Origin>,
    file: file?.path,
    warnings: unknownVariables(environment),
  };
}

/** `dataDir` → `data-dir`. */
export function toFlag(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function readValues(file: ConfigFile, environment: NodeJS.ProcessEnv, problems: string[]): Record<string, unknown> {
  const deps: FormDeps = { environment, directory: dirname(file.path) };
  const known = Object.keys(settings);
  const values: Record<string, unknown> = {};
  const addProblem = ({ path, message, isAboutName }: FormIssue) => {
    const position = file.locate(path, isAboutName ? 'name' : 'value') ?? file.locate(path.slice(0, -1), 'value');
    const location = [file.path, position?.line, position?.column].filter((part) => part !== undefined).join(':');
    problems.push(
      `${location} ${toPathText(path)}: ${message}${isAboutName || isSecret(path) ? '' : shown(file.values, path)}.`,
    );
  };
  for (const [name, value] of Object.entries(file.values)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(settings, name)) {
      addProblem(unknownName(name, known));
      continue;
    }
    try {
      values[name] = (settings[name as SettingName].form as Form<unknown>).fromValue(value, deps);
    } catch (error) {
      if (!(error instanceof FormError)) throw error;
      for (const issue of error.issues) addProblem({ ...issue, path: [name, ...issue.path] });
    }
  }
  return values;
}

function isSecret([name = '']: ValuePath): boolean {
  return Object.hasOwn(settings, name) && 'secret' in settings[name as SettingName];
}

/** `, found "abc"`, for values that fit into `MAX_SHOWN_CHARACTERS`. */
function shown(values: unknown, path: ValuePath): string {
  let value: unknown = values;
  for (const part of path) value = (value as Record<string | number, unknown> | undefined)?.[part];
  return typeof value === 'object' || value === undefined ? '' : `, found ${shorten(JSON.stringify(value) ?? '')}`;
}

const MAX_SHOWN_CHARACTERS = 60;

function shorten(text: string): string {
  return text.length <= MAX_SHOWN_CHARACTERS ? text : `${text.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}

function unknownVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = [...Object.values(settings).map((setting): string => setting.env), CONFIG_FILE_VARIABLE];
  return Object.keys(environment)
    .filter((name) => name.startsWith('SELFSAME_') && !name.startsWith('SELFSAME_TEST_') && !known.includes(name))
    .map(
      (name) =>
        `${name} is set, but no setting has that name${didYouMean(name, known)} (see \`selfsame config show\`).`,
    );
}
