// One item of each list of the front page.
import { act } from './front-control.js'
import { make } from './front-dom.js'
import { nowMs, span, time } from './front-time.js'

const OPEN_PATH = '/_emulator/open'
const ACCESS_SECONDS = 3600
const WHO = { api: 'by API', browser: 'in the portal', control: 'here' }
const STEPS = { created: 'Created', opened: 'Opened', activated: 'Activated', ended: 'Signed out' }

/** @typedef {{ what: keyof typeof STEPS, at: number, by: keyof typeof WHO, ipAddress: string }} Step */
/** @typedef {Record<string, any> & { life: Step[] }} Session */

export const nameOf = (/** @type {Record<string, any>} */ customer) =>
  [customer.first_name, customer.last_name].filter(Boolean).join(' ') || customer.company || customer.id

export function customerItem(/** @type {Record<string, any>} */ customer) {
  const name = nameOf(customer)
  const about = [
    customer.id,
    customer.company,
    customer.email,
    customer.password && `password: ${customer.password}`,
  ]
  const form = make(
    'form',
    { method: 'post', action: OPEN_PATH, target: '_blank' },
    make('input', { type: 'hidden', name: 'customer_id', value: customer.id }),
    make('button', { class: 'quiet', 'aria-label': `Open the portal as ${name}, ${customer.id}` }, 'Open'),
  )
  const label = make('span', { class: 'name' }, name, make('small', {}, about.filter(Boolean).join(' · ')))
  return make('li', {}, label, form)
}

/** @param {Session} session @param {string} who the customer's name */
export function sessionItem(session, who) {
  const { id, status, life } = session
  const over = status === 'logged_out'
  const head = make(
    'div',
    { class: 'session-head' },
    make('span', { class: 'name' }, who, make('small', {}, make('code', {}, id))),
    make('span', { class: over ? 'tag plainly' : 'tag good' }, status.replaceAll('_', ' ')),
  )
  if (!over) {
    const button = make(
      'button',
      { class: 'quiet', 'aria-label': `Sign out ${who}, session ${id}` },
      'Sign out',
    )
    button.addEventListener('click', () =>
      act(`sessions/${encodeURIComponent(id)}/logout`, {}, `${who} is signed out`),
    )
    head.append(button)
  }
  const steps = life.map((step) =>
    make(
      'li',
      { class: step.what === 'ended' ? 'over' : 'done' },
      make('b', {}, STEPS[step.what]),
      time(step.at),
      ` ${WHO[step.by]}, from ${step.ipAddress}`,
    ),
  )
  if (status === 'created')
    steps.push(make('li', { class: 'next', 'data-expires': String(session.expires_at) }))
  if (status === 'logged_in' || status === 'activated') {
    steps.push(make('li', { class: 'next' }, make('b', {}, 'In use'), 'until it is signed out'))
  }
  if (status === 'not_yet_activated')
    steps.push(make('li', { class: 'next' }, make('b', {}, 'To be activated')))
  const item = make('li', {}, head, make('ol', { class: 'life' }, ...steps))
  tick(item)
  return item
}

/** What is left of an access URL's hour. */
export function tick(/** @type {ParentNode} */ root) {
  for (const element of root.querySelectorAll('[data-expires]')) {
    const left = Number(element.getAttribute('data-expires')) - nowMs() / 1000
    const title = left > 0 ? `Link good for ${span(left)}` : 'Link has expired'
    if (element.firstChild?.textContent === title) continue
    const bar = make('div', { class: 'left', 'aria-hidden': 'true' }, make('span'))
    const fill = /** @type {HTMLElement} */ (bar.firstChild)
    fill.style.width = `${Math.max(0, Math.min(100, (left / ACCESS_SECONDS) * 100))}%`
    element.replaceChildren(make('b', {}, title), ...(left > 0 ? [bar] : []))
  }
}

export function callItem(/** @type {Record<string, any>} */ call) {
  const { status, operation, method, path, params, why, replayed, answer, isHeld } = call
  const refused = status !== null && status >= 400
  const waiting = isHeld ? 'held until you release it' : 'not answered yet'
  const about = why ?? (replayed ? 'replayed for its idempotency key' : status === null ? waiting : '')
  const given = Object.entries(params)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
  const what = make('span', { class: 'what' }, operation === 'unknown' ? `${method} ${path}` : operation)
  const detail = [operation === 'unknown' ? '' : path.replace('/api/v2', ''), given].filter(Boolean).join(' ')
  if (about) what.append(make('small', {}, about))
  what.append(make('small', { class: 'detail' }, detail.slice(0, 300)))
  if (answer)
    what.append(make('details', {}, make('summary', {}, 'Answer'), make('pre', {}, legible(answer))))
  return make(
    'li',
    { class: refused ? 'refused' : status === null ? 'waiting' : 'answered' },
    make('span', { class: 'status' }, status === null ? '…' : String(status)),
    what,
    time(call.at),
  )
}

/** JSON with a line for each field; anything else, and what was cut, as it came. */
function legible(/** @type {string} */ text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
