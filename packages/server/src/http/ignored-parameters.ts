/** Collects the parameters of one request that have no effect, for the response header `x-selfsame-ignored`. */

export const IGNORED_HEADER = 'x-selfsame-ignored';

const MAX_NAMES = 20;
const MAX_HEADER_CHARS = 1000;
const SEPARATOR = ', ';
/** Last entry of a list that is incomplete. */
const MORE = '...';

export class IgnoredParameters {
  private readonly names = new Set<string>();
  private length = 0;
  private isFull = false;

  /** Adds the path of a parameter, e.g. `tools[0].function.strict`. Repeated names have no effect. */
  add(path: string): void {
    // A path longer than the header is never listed: its end need not be encoded.
    const name = toHeaderText(path.slice(0, MAX_HEADER_CHARS + 1));
    if (this.isFull || this.names.has(name)) return;
    const length = this.length + name.length + SEPARATOR.length;
    this.isFull = this.names.size === MAX_NAMES || length + MORE.length > MAX_HEADER_CHARS;
    if (this.isFull) return;
    this.names.add(name);
    this.length = length;
  }

  /** The value of the header; undefined if every parameter has an effect. */
  get header(): string | undefined {
    const listed = this.isFull ? [...this.names, MORE] : [...this.names];
    return listed.length === 0 ? undefined : listed.join(SEPARATOR);
  }
}

/**
 * Percent-encodes commas, spaces and characters that a header cannot contain: callers choose the names of properties.
 */
function toHeaderText(path: string): string {
  return path.toWellFormed().replaceAll(/[^\u0021-\u007e]|[%,]/gu, encodeURIComponent);
}
