/** Finds the encoding that a file or its media type declares. */

const DECLARATIONS: readonly RegExp[] = [
  /^\s*<\?xml[^>]{0,200}\bencoding\s*=\s*["']([\w.:-]+)/i,
  /<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)/i,
  /^\s*@charset\s+"([\w.:-]+)"/i,
  // The comment of Python, Ruby and editors in one of the first two lines.
  /^(?:[^\n]*\n)?[^\n]*\bcoding[:=][ \t]*([\w.-]+)/,
];
const CHARSET = /;\s*charset\s*=\s*"?([\w.:-]+)/i;

/** `head`: the first bytes. The content takes precedence over the media type, which clients guess. */
export function declaredEncoding(head: Buffer, contentType: string): string | undefined {
  const text = head.toString('latin1');
  for (const pattern of DECLARATIONS) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return CHARSET.exec(contentType)?.[1];
}
