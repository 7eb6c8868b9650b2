/** What a configuration file may say, as a type, and the helper that gives an editor completion. */
import type { FileValueOf } from './form.ts';
import type { SettingName, settings } from './settings.ts';

export type SelfsameConfig = { readonly [K in SettingName]?: FileValueOf<(typeof settings)[K]['form']> };

/** Gives back what it is given: `export default defineConfig({ port: 8642 })` in `selfsame.config.ts`. */
export function defineConfig(config: SelfsameConfig): SelfsameConfig {
  return config;
}
