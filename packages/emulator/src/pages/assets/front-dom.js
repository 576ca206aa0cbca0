// What the front page needs to show things.

export const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id))

/** @param {string} tag @param {Record<string, string>} [attributes] @param {...(Node | string)} content */
export function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...content)
  return element
}

/**
 * Makes a list show the items, touching only what changed, so that the keyboard keeps its place.
 *
 * @template T
 * @param {HTMLElement} element @param {T[]} items @param {(item: T) => string} keyOf @param {(item: T) => HTMLElement} render
 */
export function sync(element, items, keyOf, render) {
  const old = new Map(
    [...element.children].map((child) => [/** @type {HTMLElement} */ (child).dataset.key, child]),
  )
  const focus = /** @type {HTMLElement | null} */ (document.activeElement)
  const focusKey = element.contains(focus)
    ? focus?.closest('[data-key]')?.getAttribute('data-key')
    : undefined
  items.forEach((item, index) => {
    const key = keyOf(item)
    const text = JSON.stringify(item)
    let child = /** @type {HTMLElement | undefined} */ (old.get(key))
    old.delete(key)
    if (child?.dataset.text !== text) {
      const next = render(item)
      next.dataset.key = key
      next.dataset.text = text
      child?.replaceWith(next)
      child = next
    }
    if (element.children[index] !== child) element.insertBefore(child, element.children[index] ?? null)
  })
  for (const gone of old.values()) gone.remove()
  if (focusKey === undefined || element.contains(document.activeElement)) return
  const again = [...element.children].find((child) => child.getAttribute('data-key') === focusKey)
  const target = again?.querySelector('button') ?? element.closest('section')?.querySelector('h2')
  target?.setAttribute('tabindex', target.matches('h2') ? '-1' : '0')
  target?.focus()
}
