/** A copy of plain data. Not `structuredClone`: a test environment that looks like a browser (jsdom) has none. */
export function copyOf<T>(value: T): T {
  return copy(value, (inner) => inner)
}

/** A frozen copy of plain data, so that a test can keep it and compare it later. */
export function frozenCopy<T>(value: T): T {
  return copy(value, Object.freeze)
}

function copy<T>(value: T, finish: <O>(made: O) => O): T {
  if (typeof value !== 'object' || value === null) return value
  const made = Array.isArray(value)
    ? value.map((inner) => copy(inner, finish))
    : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copy(inner, finish)]))
  return finish(made) as T
}
