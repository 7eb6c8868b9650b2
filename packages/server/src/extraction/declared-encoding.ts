/** The encoding that a file or its media type names. */

const DECLARATIONS: readonly RegExp[] = [
  /^\s*<\?xml[^>]{0,200}\bencoding\s*=\s*["']([\w.:-]+)/i,
  /<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)/i,
  /^\s*@charset\s+"([\w.:-]+)"/i,
  // As Python, Ruby and editors write it, in one of the first two lines.
  /^(?:[^\n]*\n)?[^\n]*\bcoding[:=][ \t]*([\w.-]+)/,
];
const CHARSET = /;\s*charset\s*=\s*"?([\w.:-]+)/i;

/** `head`: the first bytes. The content counts before the media type, which clients guess. */
export function declaredEncoding(head: Buffer, contentType: string): string | undefined {
  const text = head.toString('latin1');
  for (const pattern of DECLARATIONS) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return CHARSET.exec(contentType)?.[1];
}
