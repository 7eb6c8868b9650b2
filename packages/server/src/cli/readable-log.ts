/** Formats a JSON line of the log for a terminal. Pure. */

interface LogLine {
  level: number;
  time: number;
  msg?: string;
  err?: { message?: string; stack?: string };
  [field: string]: unknown;
}

const WARN = 40;
const ERROR = 50;
const OWN_FIELDS = new Set(['level', 'time', 'msg', 'err']);
const MAX_FIELD_CHARACTERS = 200;

/** `isColoured`: dims details and marks warnings and failures. Returns text that is not a log line unchanged. */
export function toReadable(json: string, { isColoured = false } = {}): string {
  let line: LogLine;
  try {
    line = JSON.parse(json) as LogLine;
  } catch {
    return json;
  }
  const paint = isColoured ? colour : (text: string) => text;
  const text = typeof line['method'] === 'string' ? requestText(line, paint) : messageText(line, paint);
  return `${paint(timeOf(line.time), 'dim')}  ${text}`;
}

type Paint = (text: string, code: keyof typeof CODES) => string;

const CODES = { dim: 2, red: 31, yellow: 33 } as const;

function colour(text: string, code: keyof typeof CODES): string {
  return `\u001b[${CODES[code]}m${text}\u001b[0m`;
}

/** Local time of day. */
function timeOf(ms: number): string {
  return new Date(ms).toTimeString().slice(0, 8);
}

function requestText({ method, path, status, ms, modelId, inputTokens, outputTokens }: LogLine, paint: Paint): string {
  const code = Number(status);
  const shown = code >= 500 ? paint(String(code), 'red') : code >= 400 ? paint(String(code), 'yellow') : String(code);
  const parts = [`${String(method)} ${String(path)}`, shown, `${Math.round(Number(ms))} ms`];
  if (typeof modelId === 'string') parts.push(`${modelId}, ${Number(inputTokens)} + ${Number(outputTokens)} tokens`);
  return parts.join('  ');
}

function messageText(line: LogLine, paint: Paint): string {
  const { level, msg = '', err } = line;
  const mark = level >= ERROR ? `${paint('error', 'red')}  ` : level >= WARN ? `${paint('warning', 'yellow')}  ` : '';
  const fields = Object.entries(line).filter(([name, value]) => !OWN_FIELDS.has(name) && value !== undefined);
  const details = fields.map(([name, value]) => `${name}=${show(value)}`).join(' ');
  const said = err?.message === undefined || err.message === msg ? msg : `${msg}: ${err.message}`;
  const text = `${mark}${said}${details === '' ? '' : `  ${paint(details, 'dim')}`}`;
  // An error here is a bug of the program or of a dependency, so its stack is shown.
  const frames = level >= ERROR ? (err?.stack?.match(/^\s+at .*$/gm) ?? []) : [];
  return [text, ...frames.map((each) => paint(each, 'dim'))].join('\n');
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_FIELD_CHARACTERS ? `${text.slice(0, MAX_FIELD_CHARACTERS)}…` : text;
}
