/** Vectors of length 1. Sums use double precision, so that results are reproducible. */

/** Scales `values` to Euclidean length 1. A zero vector has no direction and is returned unchanged. */
export function toUnitVector(values: Iterable<number> & ArrayLike<number>): Float32Array<ArrayBuffer> {
  let squares = 0;
  for (const value of values) squares += value * value;
  const unit = Float32Array.from(values);
  if (squares === 0) return unit;
  const scale = 1 / Math.sqrt(squares);
  return unit.map((value) => value * scale);
}
