/** Formats that a grammar can enforce. */

const DATE =
  '[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))';
const TIME = '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])';
const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const LABEL = '[A-Za-z0-9]([A-Za-z0-9-]{0,20}[A-Za-z0-9])?';
/** Unbounded, because each counted repetition multiplies the states. */
const NAME = '[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?';
const HOST = `${LABEL}(\\.${LABEL}){0,3}`;
const SEGMENT = "([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})";
const TAIL = `(/${SEGMENT}*)*(\\?(${SEGMENT}|[/?])*)?(#(${SEGMENT}|[/?])*)?`;
const URI = `[a-z][a-z0-9+.-]+://${NAME}(\\.${NAME})*(:[1-9][0-9]{0,3})?${TAIL}`;

/** Formats of strings, as patterns of the whole string. */
export const STRING_FORMATS: Readonly<Record<string, string>> = {
  // 29 February is left out: whether it exists depends on the year.
  date: DATE,
  time: TIME,
  'date-time': `${DATE}T${TIME}`,
  duration: 'P([1-9][0-9]{0,3}D(T[1-9][0-9]{0,2}[HMS])?|T[1-9][0-9]{0,3}[HMS]|[1-9][0-9]{0,3}[WMY])',
  email: `[A-Za-z0-9_+-]+(\\.[A-Za-z0-9_+-]+)*@(${NAME}\\.)+[A-Za-z]{2,}`,
  hostname: HOST,
  ipv4: `${OCTET}(\\.${OCTET}){3}`,
  ipv6: '[0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4}){7}',
  uuid: '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}',
  uri: URI,
  'uri-reference': `(${URI}|${TAIL})`,
  'json-pointer': '(/([^~/]|~[01])*)*',
  byte: '([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?',
};

/** Formats of numbers: the range that they stand for. */
export const NUMBER_FORMATS: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  float: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  double: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
};
