/** Escapes `text` for a regular expression (`RegExp.escape` needs Node 24; published packages run on 22.18). */
export function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
