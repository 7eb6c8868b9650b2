/** Exports of the package. */
export { createApiConnection } from './api-connection.ts';
export type { ApiArguments, Connection } from './connection.ts';
export {
  CONNECTION_ARGUMENT,
  type ConnectionSettings,
  type Connections,
  createConnections,
  parseConnections,
} from './connections.ts';
export type { FileAccess } from './file-argument.ts';
export { createMcpHttpHandler, type McpHttpHandler, parseCatalogueQuery } from './http.ts';
export { createMcpServer, type McpServerOptions } from './server.ts';
export { serveMcpOverStdio } from './stdio.ts';
export type { ExtendedCatalogue } from './tools.ts';
