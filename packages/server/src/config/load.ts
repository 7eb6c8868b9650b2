/**
 * Settings → one frozen object, read once at start. A flag of the command line goes before the environment, the environment before the default.
 * The only reader of `process.env`.
 */
import type { Form } from './forms.ts';
import { type SettingName, settings } from './settings.ts';

type Settings = typeof settings;
type Widen<T> = T extends readonly (infer I)[] ? readonly I[] : T extends string ? (string extends T ? string : T) : T;
export type Config = { readonly [K in SettingName]: Settings[K]['form'] extends Form<infer T> ? Widen<T> : never };

export type Origin = 'default' | 'environment' | 'flag';

export interface LoadedConfig {
  config: Config;
  origins: Readonly<Record<SettingName, Origin>>;
  /** Variables that look like settings and are none. */
  warnings: readonly string[];
}

/** A setting that could not be read; the message names it, its value and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export function loadConfig(
  flags: Partial<Record<SettingName, string>> = {},
  environment: NodeJS.ProcessEnv = process.env,
): LoadedConfig {
  const values: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const flag = flags[name as SettingName];
    const variable = environment[setting.env];
    const text = flag ?? variable;
    origins[name] = flag !== undefined ? 'flag' : variable !== undefined ? 'environment' : 'default';
    values[name] =
      text === undefined
        ? setting.default
        : read(name, { text, form: setting.form, source: flag === undefined ? setting.env : `--${name}` });
  }
  return {
    config: Object.freeze(values) as Config,
    origins: Object.freeze(origins) as Record<SettingName, Origin>,
    warnings: unknownVariables(environment),
  };
}

function read(name: string, { text, form, source }: { text: string; form: Form<unknown>; source: string }): unknown {
  try {
    return form(text);
  } catch (error) {
    throw new ConfigError(`${source} ("${text}") is not a usable ${name}: ${(error as Error).message}.`);
  }
}

function unknownVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = new Set<string>(Object.values(settings).map((setting) => setting.env));
  return Object.keys(environment)
    .filter((name) => name.startsWith('SELFSAME_') && !name.startsWith('SELFSAME_TEST_') && !known.has(name))
    .map((name) => `${name} is set, but no setting has that name (see \`selfsame config show\`).`);
}

export interface SettingRow {
  name: SettingName;
  env: string;
  value: string;
  origin: Origin;
  about: string;
}

/** Every setting as text, secrets masked: what `selfsame config show` prints. */
export function describeConfig({ config, origins }: LoadedConfig): SettingRow[] {
  return (Object.keys(settings) as SettingName[]).map((name) => {
    const setting = settings[name];
    const value = config[name];
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    const masked = 'secret' in setting && text !== '' ? '********' : text;
    return { name, env: setting.env, value: masked, origin: origins[name], about: setting.about };
  });
}
