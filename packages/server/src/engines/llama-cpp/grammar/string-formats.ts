/** Formats of strings that a grammar can enforce, as GBNF bodies without the quotes. A format that is not here is refused, not ignored. */

const OCTET = '("25" [0-5] | "2" [0-4] [0-9] | "1" [0-9] [0-9] | [1-9]? [0-9])';
const DATE =
  '[0-9]{4} "-" (("01" | "03" | "05" | "07" | "08" | "10" | "12") "-" ("0" [1-9] | [12] [0-9] | "3" [01]) | ("04" | "06" | "09" | "11") "-" ("0" [1-9] | [12] [0-9] | "30") | "02-" ("0" [1-9] | "1" [0-9] | "2" [0-8]))';
const TIME =
  '([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("." [0-9]{1,6})? ("Z" | [-+] ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9])';
const LABEL = '[a-z0-9] ([a-z0-9-]{0,20} [a-z0-9])?';
const HOST = `${LABEL} ("." ${LABEL}){0,3}`;
const HEX = '[0-9a-f]';

export const STRING_FORMATS: Readonly<Record<string, string>> = {
  // 29 February is left out: whether it exists depends on the year.
  date: DATE,
  time: TIME,
  'date-time': `${DATE} "T" ${TIME}`,
  duration: '"P" ([1-9] [0-9]{0,3} "D" ("T" [1-9] [0-9]{0,2} [HMS])? | "T" [1-9] [0-9]{0,3} [HMS])',
  email: `[a-z0-9] ([a-z0-9._+-]{0,30} [a-z0-9])? "@" ${LABEL} "." [a-z]{2,10}`,
  hostname: HOST,
  ipv4: `${OCTET} "." ${OCTET} "." ${OCTET} "." ${OCTET}`,
  ipv6: `${HEX}{1,4} (":" ${HEX}{1,4}){7}`,
  uuid: `${HEX}{8} "-" ${HEX}{4} "-" [1-5] ${HEX}{3} "-" [89ab] ${HEX}{3} "-" ${HEX}{12}`,
};
