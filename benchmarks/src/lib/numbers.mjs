/** @param {readonly number[]} values */
export function median(values) {
  return percentile(values, 0.5)
}

/**
 * Linear between the two values next to it.
 *
 * @param {readonly number[]} values
 * @param {number} share 0.99 for the 99th percentile
 */
export function percentile(values, share) {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}

/** @param {number} ms */
export function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/**
 * @template T
 * @param {number} count
 * @param {(index: number) => Promise<T>} action
 * @returns {Promise<T[]>} side by side
 */
export function together(count, action) {
  return Promise.all(Array.from({ length: count }, (_, index) => action(index)))
}
