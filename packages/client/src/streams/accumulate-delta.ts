/** Adds the delta of an object of a run to its snapshot: texts grow, lists merge by `index`. */
import { SelfsameError } from '../core/errors.ts';

type Value = unknown;

interface Fields {
  [name: string]: Value;
}

const isObject = (value: Value): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Changes and returns `snapshot`. */
export function accumulateDelta(snapshot: Fields, delta: Fields): Fields {
  for (const [name, value] of Object.entries(delta)) {
    snapshot[name] = name === 'index' || name === 'type' ? value : addValue(name, snapshot[name], value);
  }
  return snapshot;
}

function addValue(name: string, before: Value, delta: Value): Value {
  if (before === null || before === undefined) return delta;
  if (delta === null || delta === undefined) return before;
  if (typeof before === 'string' && typeof delta === 'string') return before + delta;
  if (typeof before === 'number' && typeof delta === 'number') return before + delta;
  if (isObject(before) && isObject(delta)) return accumulateDelta(before, delta);
  if (Array.isArray(before) && Array.isArray(delta)) return addItems(name, before, delta);
  throw new SelfsameError(`the delta of '${name}' does not fit its value`);
}

function addItems(name: string, before: Value[], delta: readonly Value[]): Value[] {
  if (before.every((item) => !isObject(item)) && delta.every((item) => !isObject(item))) return [...before, ...delta];
  for (const item of delta) {
    if (!isObject(item) || typeof item['index'] !== 'number') {
      throw new SelfsameError(`an item of the delta of '${name}' has no 'index'`);
    }
    const known = before[item['index']];
    before[item['index']] = isObject(known) ? accumulateDelta(known, item) : item;
  }
  return before;
}
