/** Vectors of length 1. Sums are made in double precision, so that the result depends on nothing but the numbers. */

/** `values` scaled to Euclidean length 1. A vector of zeros has no direction and stays as it is. */
export function toUnitVector(values: Iterable<number> & ArrayLike<number>): Float32Array<ArrayBuffer> {
  let squares = 0;
  for (const value of values) squares += value * value;
  const unit = Float32Array.from(values);
  if (squares === 0) return unit;
  const scale = 1 / Math.sqrt(squares);
  return unit.map((value) => value * scale);
}
