/** Web and e-mail addresses as words. Pure. */

const MARKS: Readonly<Record<string, string>> = {
  '.': 'dot',
  '/': 'slash',
  '@': 'at',
  '-': 'dash',
  _: 'underscore',
  '?': 'question mark',
  '=': 'equals',
  '&': 'and',
  '#': 'hash',
  ':': 'colon',
  '%': 'percent',
  '+': 'plus',
  '~': 'tilde',
};

const URL_PATTERN =
  /\b(?:https?:\/\/|www\.)[^\s<>"')\]]*[\w/]|\b(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|dev|ai|co|uk|de|eu|info|app)\b(?:\/[^\s<>"')\]]*[\w/])?/gi;
const EMAIL_PATTERN = /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g;

/** `https://example.com/a-b` → `example dot com slash a dash b`. */
export function spellAddresses(text: string): string {
  return text
    .replaceAll(EMAIL_PATTERN, (address) => spell(address))
    .replaceAll(URL_PATTERN, (address) => spell(address.replace(/^https?:\/\//i, '').replace(/\/$/, '')));
}

function spell(address: string): string {
  const parts = address.split(/([^\p{L}\p{N}])/u).filter((part) => part !== '');
  return parts
    .map((part) => MARKS[part] ?? part)
    .join(' ')
    .replace(/^www dot/i, 'W W W dot');
}
