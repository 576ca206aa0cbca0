// The front page: takes the state of the emulator whenever something happens, and shows it.
import { act, control } from './front-control.js'
import { byId, sync } from './front-dom.js'
import { callItem, customerItem, nameOf, sessionItem, tick } from './front-items.js'
import { nowMs, setNow, span } from './front-time.js'

const SHOWN = 50
function show(/** @type {Record<string, any>} */ state) {
  const { counts, customers, sessions, calls, rules, holding, held } = state
  setNow(state.now)
  const names = new Map(customers.map((/** @type {Record<string, any>} */ one) => [one.id, nameOf(one)]))
  for (const name of ['customers', 'sessions', 'calls'])
    byId(`${name}-count`).textContent = String(counts[name])
  byId('sessions-none').hidden = counts.sessions > 0
  byId('calls-none').hidden = counts.calls > 0
  sync(byId('customer-list'), customers, (customer) => customer.id, customerItem)
  sync(
    byId('session-list'),
    sessions,
    (session) => session.id,
    (session) => sessionItem(session, names.get(session.customer_id) ?? session.customer_id),
  )
  const heldIds = new Set(held.map((/** @type {Record<string, any>} */ call) => call.id))
  const shownCalls = calls.map((/** @type {Record<string, any>} */ call) => ({
    ...call,
    isHeld: heldIds.has(call.id),
  }))
  sync(byId('call-list'), shownCalls, (call) => String(call.id), callItem)
  const waiting = [
    ...rules.map(
      (/** @type {Record<string, any>} */ rule) => `${rule.times} × ${rule.operation}: ${rule.does}`,
    ),
    ...(holding.length > 0 ? [`holding ${holding.join(', ')}: ${held.length} waiting`] : []),
  ]
  byId('rules').hidden = waiting.length === 0
  byId('rules').textContent = `Set up: ${waiting.join(' · ')}`
  byId('hold').hidden = holding.length > 0
  byId('release').hidden = holding.length === 0
  byId('release').textContent = `Release ${held.length} held`
  showClock()
}

function showClock() {
  byId('clock').textContent = new Date(nowMs()).toLocaleString('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
  })
}

// At most one question at a time, and ten a second.
let asking = false
let wanted = false
async function refresh() {
  if (asking) {
    wanted = true
    return
  }
  asking = true
  try {
    show(await control('GET', `state?limit=${SHOWN}`))
  } catch {
    byId('live').textContent = 'no connection'
  }
  setTimeout(() => {
    asking = false
    if (!wanted) return
    wanted = false
    void refresh()
  }, 100)
}

const source = new EventSource('/_emulator/events')
source.onopen = () => {
  byId('live').textContent = 'live'
  void refresh()
}
source.onerror = () => {
  byId('live').textContent = 'no connection'
}
for (const type of ['call', 'session', 'customer', 'clock', 'rules', 'reset']) {
  source.addEventListener(type, refresh)
}
setInterval(() => {
  tick(document)
  showClock()
}, 1000)

for (const button of document.querySelectorAll('[data-advance]')) {
  const ms = Number(button.getAttribute('data-advance'))
  button.addEventListener('click', () =>
    act('advance', { ms }, `The clock is ${span(ms / 1000)} ahead of before`),
  )
}
const failForm = /** @type {HTMLFormElement} */ (byId('fail'))
failForm.addEventListener('submit', (event) => {
  event.preventDefault()
  const { operation, how } = Object.fromEntries(new FormData(failForm))
  const does =
    how === 'slow' ? { delayMs: 3000 } : /^\d+$/.test(String(how)) ? { status: Number(how) } : { kind: how }
  act('fail', { operation, ...does }, 'The next call fails')
})
byId('hold').addEventListener('click', () =>
  act('hold', { operation: '*' }, 'Calls wait until you release them'),
)
byId('release').addEventListener('click', () => act('release', {}, 'Released'))
byId('reset').addEventListener('click', () => act('reset', {}, 'As just started'))
byId('api-url').textContent = `${location.origin}/api/v2`
