/** `text` as a regular expression that matches it literally (`RegExp.escape` needs Node 24; published packages run on 22.18). */
export function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
