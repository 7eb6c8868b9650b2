/** Every tool of a response. */
import Type, { type Static } from 'typebox';
import { named, ref, tagged } from '../schema.ts';
import { ComputerTool, ComputerUsePreviewTool } from './tools/computer.ts';
import {
  ApplyPatchToolParam,
  CodeInterpreterTool,
  FunctionShellToolParam,
  LocalShellToolParam,
} from './tools/containers.ts';
import { FileSearchTool } from './tools/file-search.ts';
import {
  CustomToolParam,
  FunctionTool,
  FunctionToolParam,
  NamespaceToolParam,
  ProgrammaticToolCallingParam,
  ToolSearchToolParam,
} from './tools/functions.ts';
import { ImageGenTool } from './tools/image-generation.ts';
import { MCPTool } from './tools/mcp.ts';
import { WebSearchPreviewTool, WebSearchTool } from './tools/web-search.ts';

export const Tool = named(
  'Tool',
  tagged('type', [
    FunctionTool,
    FileSearchTool,
    ComputerTool,
    ComputerUsePreviewTool,
    WebSearchTool,
    MCPTool,
    CodeInterpreterTool,
    ProgrammaticToolCallingParam,
    ImageGenTool,
    LocalShellToolParam,
    FunctionShellToolParam,
    CustomToolParam,
    NamespaceToolParam,
    ToolSearchToolParam,
    WebSearchPreviewTool,
    ApplyPatchToolParam,
  ]),
);
export type Tool = Static<typeof Tool>;

/** A tool of a request, where a function needs neither `parameters` nor `strict`. */
export const ToolParam = named(
  'ToolParam',
  tagged('type', [
    FunctionToolParam,
    FileSearchTool,
    ComputerTool,
    ComputerUsePreviewTool,
    WebSearchTool,
    MCPTool,
    CodeInterpreterTool,
    ProgrammaticToolCallingParam,
    ImageGenTool,
    LocalShellToolParam,
    FunctionShellToolParam,
    CustomToolParam,
    NamespaceToolParam,
    ToolSearchToolParam,
    WebSearchPreviewTool,
    ApplyPatchToolParam,
  ]),
);
export type ToolParam = Static<typeof ToolParam>;

export const toolsParam = Type.Array(ref(ToolParam), { maxItems: 128, description: 'Tools that the model may call.' });

export const ToolsArray = named('ToolsArray', Type.Array(ref(Tool)));
export type ToolsArray = Static<typeof ToolsArray>;
