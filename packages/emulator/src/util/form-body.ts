import type { IncomingHttpHeaders } from 'node:http'

/** A parameter that the form does not carry the way Chargebee's clients send it. */
export class FormError extends Error {
  readonly param: string

  constructor(param: string, message: string) {
    super(message)
    this.name = 'FormError'
    this.param = param
  }
}

/** Whether a body says that it is a form. */
export function isForm(headers: IncomingHttpHeaders): boolean {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  return type === 'application/x-www-form-urlencoded'
}

const NAME = /^[^[\]]+(?:\[[^[\]]*\])*$/

/**
 * Reads an `application/x-www-form-urlencoded` body into its names as they are on the wire, brackets included
 * (`customer[id]`). Flat on purpose: nothing to nest, nothing to pollute, and a test sees what was sent.
 *
 * What Chargebee does with a doubled name is not documented; here it is refused, as is a malformed one,
 * because a client of ours that sends either has a bug.
 *
 * @throws {FormError} a doubled name, unbalanced brackets, or `a` beside `a[b]`
 */
export function parseFormBody(body: string): ReadonlyMap<string, string> {
  const params = new Map<string, string>()
  const roots = new Map<string, boolean>()
  for (const [name, value] of new URLSearchParams(body)) {
    if (!NAME.test(name)) throw new FormError(name, 'is not a parameter name')
    if (params.has(name)) throw new FormError(name, 'is given more than once')
    const root = name.split('[', 1)[0] ?? name
    const nested = root !== name
    if ((roots.get(root) ?? nested) !== nested)
      throw new FormError(root, 'is given both with and without [ ]')
    roots.set(root, nested)
    params.set(name, value)
  }
  return params
}
