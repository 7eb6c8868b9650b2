/** The type of a configuration file, and a helper for completion in editors. */
import type { FileValueOf } from './form.ts';
import type { SettingName, settings } from './settings.ts';

export type SelfsameConfig = { readonly [K in SettingName]?: FileValueOf<(typeof settings)[K]['form']> };

/** Returns its argument: `export default defineConfig({ port: 8642 })` in `selfsame.config.ts`. */
export function defineConfig(config: SelfsameConfig): SelfsameConfig {
  return config;
}
