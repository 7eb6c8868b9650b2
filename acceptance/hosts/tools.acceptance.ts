/** Two MCP hosts, unmodified, with the tools of the server: the OpenAI Agents SDK and LangChain's adapters. */
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { Agent, MCPServerStreamableHttp, OpenAIChatCompletionsModel, Runner, setTracingDisabled } from '@openai/agents';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { ask, scripted, target } from '../target.ts';

const headers = { authorization: `Bearer ${target.apiKey}` };

describe("LangChain's MCP adapters", () => {
  it('load the tools and call one', async () => {
    const host = new MultiServerMCPClient({
      mcpServers: { selfsame: { transport: 'http', url: `${target.url}/mcp`, headers } },
    });
    const tools = await host.getTools();
    expect(tools).toHaveLength(23);
    const list = tools.find(({ name }) => name.endsWith('openai_ai_list_models'));
    const result: unknown = await list?.invoke({});
    expect(JSON.stringify(result)).toContain('owned_by');
    await host.close();
  });
});

describe.runIf(scripted)('the OpenAI Agents SDK', () => {
  it('runs an agent that calls a tool of the server and answers with its result', async () => {
    setTracingDisabled(true);
    const server = new MCPServerStreamableHttp({
      url: `${target.url}/mcp`,
      name: 'selfsame',
      requestInit: { headers },
    });
    await server.connect();
    const client = new OpenAI({ baseURL: target.baseURL, apiKey: target.apiKey });
    const agent = new Agent({
      name: 'librarian',
      model: new OpenAIChatCompletionsModel(client as never, target.model),
      mcpServers: [server],
    });
    const calls = [{ name: 'openai_ai_retrieve_model', arguments: { model: target.model } }];
    const [{ content }] = ask('Who owns the model?', { calls });
    const { finalOutput } = await new Runner().run(agent, content);
    // The scripted engine repeats the output of the tool.
    expect(finalOutput).toContain('"object":"model"');
    await server.close();
  });
});
