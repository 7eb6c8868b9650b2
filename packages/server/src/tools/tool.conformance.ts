/** The conformance suite of server tools. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelCall } from '../storage/repositories/model-calls.ts';
import type { ProjectRepositories } from '../storage/repositories/repositories.ts';
import type { ServerTool, ToolContext } from './tool.ts';

export interface ToolFixture {
  tool: ServerTool;
  repositories: ProjectRepositories;
  /** Arguments of a call that succeeds. */
  validArguments: string;
  dispose(): Promise<void>;
}

export function describeServerTool(type: string, open: () => Promise<ToolFixture>): void {
  describe(`server tool ${type}`, () => {
    let fixture: ToolFixture;
    beforeEach(async () => {
      fixture = await open();
    });
    afterEach(() => fixture.dispose());

    const contextOf = (more: Partial<ToolContext> = {}): ToolContext => ({
      settings: { type },
      resources: [],
      repositories: fixture.repositories,
      contextTokens: 4096,
      earlierCalls: [],
      signal: new AbortController().signal,
      onUsage: () => undefined,
      ...more,
    });
    const callWith = (text: string): ModelCall => ({
      id: 'call_1',
      name: type,
      arguments: text,
      output: null,
      own: { type, details: {} },
    });

    it('offers a function that has the name of its type and takes an object', () => {
      const { name, description, parameters } = fixture.tool.definition();
      expect(fixture.tool.type).toBe(type);
      expect(name).toBe(type);
      expect(description).not.toBe('');
      expect(parameters).toMatchObject({ type: 'object', additionalProperties: false });
    });

    it('returns the call with an output and JSON details, and changes nothing else of it', async () => {
      const call = callWith(fixture.validArguments);
      const { output, own, ...rest } = await fixture.tool.run(call, contextOf());
      expect(rest).toEqual({ id: 'call_1', name: type, arguments: fixture.validArguments });
      expect(output).toEqual(expect.any(String));
      expect(own?.type).toBe(type);
      expect(JSON.parse(JSON.stringify(own?.details))).toEqual(own?.details);
    });

    it.each(['', 'no JSON', '[]', 'null', '{"unknown":1}'])('returns an output for the arguments %j', async (text) => {
      const { output } = await fixture.tool.run(callWith(text), contextOf());
      expect(output).not.toBeNull();
    });

    it('a tool is not preparing without resources', async () => {
      expect((await fixture.tool.isPreparing?.(contextOf())) ?? false).toBe(false);
    });

    it('finds no citation in a text without marks', () => {
      expect(fixture.tool.findCitations?.('A text without marks.', [], 0) ?? []).toEqual([]);
    });
  });
}
