/** Collects the parameters of one request that have no effect, for the response header `x-selfsame-ignored`. */

export const IGNORED_HEADER = 'x-selfsame-ignored';

const MAX_NAMES = 20;
const MAX_HEADER_CHARS = 1000;
const SEPARATOR = ', ';
/** Ends a list that leaves names out. */
const MORE = '...';

export class IgnoredParameters {
  private readonly names = new Set<string>();
  private length = 0;
  private full = false;

  /** Adds the path of a parameter, e.g. `tools[0].function.strict`. A name that is there already changes nothing. */
  add(path: string): void {
    // A path longer than the header is never listed: its end need not be encoded.
    const name = toHeaderText(path.slice(0, MAX_HEADER_CHARS + 1));
    if (this.full || this.names.has(name)) return;
    const length = this.length + name.length + SEPARATOR.length;
    this.full = this.names.size === MAX_NAMES || length + MORE.length > MAX_HEADER_CHARS;
    if (this.full) return;
    this.names.add(name);
    this.length = length;
  }

  /** The header's value, or undefined when every parameter has an effect. */
  get header(): string | undefined {
    const listed = this.full ? [...this.names, MORE] : [...this.names];
    return listed.length === 0 ? undefined : listed.join(SEPARATOR);
  }
}

/** Percent-encodes commas, spaces and whatever a header cannot carry, because callers choose the names of properties. */
function toHeaderText(path: string): string {
  return path.toWellFormed().replaceAll(/[^\u0021-\u007e]|[%,]/gu, encodeURIComponent);
}
