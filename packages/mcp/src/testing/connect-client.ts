/** The official MCP client, connected to an MCP server of this package. */
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { createMcpServer, type McpServerOptions } from '../server.ts';

export async function connectClient(options: Omit<McpServerOptions, 'version'>): Promise<Client> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await createMcpServer({ version: '0', ...options }).connect(ours);
  const client = new Client({ name: 'test', version: '0' });
  await client.connect(theirs);
  return client;
}
