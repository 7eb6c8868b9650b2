/** The conformance suite of server tools. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelCall } from '../storage/repositories/model-calls.ts';
import type { ProjectRepositories } from '../storage/repositories/repositories.ts';
import type { CodeContainer, ServerTool, ToolContext, ToolFunction, ToolListing, ToolSettings } from './tool.ts';

export interface ToolFixture {
  tool: ServerTool;
  repositories: ProjectRepositories;
  /** Arguments of a call of the first function that succeeds. */
  validArguments: string;
  /** Default: an entry without options. */
  settings?: ToolSettings;
  /** A listing with functions, for tools that have `list`. */
  listing?: ToolListing;
  /** For tools that execute code. */
  container?: CodeContainer;
  dispose(): Promise<void>;
}

export function describeServerTool(type: string, open: () => Promise<ToolFixture>): void {
  describe(`server tool ${type}`, () => {
    let fixture: ToolFixture;
    let settings: ToolSettings;
    let functions: readonly ToolFunction[];
    beforeEach(async () => {
      fixture = await open();
      settings = fixture.settings ?? { type };
      functions = fixture.tool.functions(settings, fixture.listing);
    });
    afterEach(() => fixture.dispose());

    const contextOf = (more: Partial<ToolContext> = {}): ToolContext => ({
      settings,
      resources: [],
      repositories: fixture.repositories,
      container: fixture.container,
      contextTokens: 4096,
      earlierCalls: [],
      signal: new AbortController().signal,
      onUsage: () => undefined,
      ...more,
    });
    const callWith = (text: string): ModelCall => {
      const { name = '', own = { type, details: {} } } = functions[0] ?? {};
      return { id: 'call_1', name, arguments: text, output: null, own };
    };

    it('offers functions that have different names, take an object, and start calls of its type', () => {
      expect(fixture.tool.type).toBe(type);
      expect(functions).not.toHaveLength(0);
      expect(new Set(functions.map(({ name }) => name)).size).toBe(functions.length);
      for (const { name, description, parameters, own } of functions) {
        expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
        expect(description).not.toBe('');
        expect(parameters).toMatchObject({ type: 'object' });
        expect(own.type).toBe(type);
      }
    });

    it('offers the same functions again for the same entry', () => {
      expect(fixture.tool.functions(settings, fixture.listing)).toEqual(functions);
    });

    it('offers no functions without the listing that they depend on', () => {
      const offered = fixture.tool.functions(settings);
      expect(offered).toHaveLength(fixture.tool.list === undefined ? functions.length : 0);
    });

    it('returns the call with an output and JSON details, and changes nothing else of it', async () => {
      const call = callWith(fixture.validArguments);
      const { output, own, ...rest } = await fixture.tool.run(call, contextOf());
      expect(rest).toEqual({ id: 'call_1', name: call.name, arguments: fixture.validArguments });
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

    it('returns an interrupted call with an output and JSON details', () => {
      const call = callWith(fixture.validArguments);
      const interrupted = fixture.tool.interrupt?.(call);
      if (interrupted === undefined) return;
      expect(interrupted).toMatchObject({ id: call.id, output: expect.any(String) as string, own: { type } });
      expect(JSON.parse(JSON.stringify(interrupted.own?.details))).toEqual(interrupted.own?.details);
    });

    it('finds no citation in a text without marks', () => {
      expect(fixture.tool.findCitations?.('A text without marks.', [], { from: 0, isWhole: true }) ?? []).toEqual([]);
    });
  });
}
