/**
 * The exports of the package `selfsame`: the typed helper of its configuration file. The server itself is a command.
 */
export { defineConfig, type SelfsameConfig } from './config/define-config.ts';
