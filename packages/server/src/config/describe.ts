/** Every setting as text with masked secrets, for `selfsame config show`. */
import { basename } from 'node:path';
import type { LoadedConfig } from './load.ts';
import { type SettingName, settings } from './settings.ts';

export interface SettingRow {
  name: SettingName;
  env: string;
  value: string;
  /** `default`, `flag`, or the name of the variable or file. */
  origin: string;
  about: string;
}

const MASK = '********';

export function describeConfig({ config, origins, file }: LoadedConfig): SettingRow[] {
  return (Object.keys(settings) as SettingName[]).map((name) => {
    const setting = settings[name];
    const text = toText(config[name]);
    const value = 'secret' in setting && text !== '' && text !== '{}' ? MASK : text;
    const originNames = { default: 'default', flag: 'flag', environment: setting.env, file: basename(file ?? '') };
    return { name, env: setting.env, value, origin: originNames[origins[name]], about: setting.about };
  });
}

/** Masks API keys, and passwords in URLs. */
function toText(value: string | number | boolean | object): string {
  const text =
    typeof value === 'object'
      ? JSON.stringify(value, (key, each: unknown) => (key === 'apiKey' ? MASK : each))
      : String(value);
  return text.replaceAll(/(\b[a-z][\w+.-]*:\/\/[^\s/:@"]*:)[^\s/@"]+@/gi, `$1${MASK}@`);
}
