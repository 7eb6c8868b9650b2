/** Refuses tools that neither the server nor the client can run. */
import { errors } from '../../errors/catalogue.ts';
import type { ToolRegistry } from '../../tools/registry.ts';

/** @throws ApiError naming the first unsupported tool of the request's `tools`. */
export function refuseUnsupported(
  registry: Pick<ToolRegistry, 'findUnsupported'>,
  tools: readonly Readonly<Record<string, unknown>>[],
): void {
  const index = registry.findUnsupported(tools);
  if (index === undefined) return;
  throw errors.unsupportedParameter(
    `tools[${index}].type`,
    `This server cannot run '${String(tools[index]?.['type'])}'.`,
  );
}
