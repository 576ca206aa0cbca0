// The front page: takes the state of the emulator whenever something happens, and shows it.
;(() => {
  const CONTROL = '/_emulator/'
  const SHOWN = 50
  const ACCESS_SECONDS = 3600
  const WHO = { api: 'by API', browser: 'in the portal', control: 'here' }
  const STEPS = { created: 'Created', opened: 'Opened', activated: 'Activated', ended: 'Signed out' }

  /** @typedef {{ what: keyof typeof STEPS, at: number, by: keyof typeof WHO, ipAddress: string }} Step */
  /** @typedef {Record<string, any> & { life: Step[] }} Session */

  const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id))
  const list = (/** @type {string} */ id) => /** @type {HTMLElement} */ (byId(id))

  /** @param {string} tag @param {Record<string, string>} [attributes] @param {...(Node | string)} content */
  function make(tag, attributes = {}, ...content) {
    const element = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    element.append(...content)
    return element
  }

  /** @param {string} method @param {string} path @param {object} [body] */
  async function control(method, path, body) {
    const response = await fetch(CONTROL + path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const answer = await response.json()
    if (!response.ok) throw new Error(answer.error)
    return answer
  }

  const say = (/** @type {string} */ text) => {
    byId('said').textContent = text
  }
  const act = (/** @type {string} */ path, /** @type {object} */ body, /** @type {string} */ done) => {
    void control('POST', path, body).then(
      () => say(done),
      (error) => say(`Not done: ${error.message}`),
    )
  }

  // Time of the emulator, between two states.
  let aheadMs = 0
  const nowMs = () => Date.now() + aheadMs
  const time = (/** @type {number} */ ms) => {
    const moment = new Date(ms)
    return make('time', { datetime: moment.toISOString() }, moment.toLocaleTimeString('en-GB'))
  }
  const span = (/** @type {number} */ seconds) =>
    seconds >= 60 ? `${Math.floor(seconds / 60)} min` : `${Math.max(0, Math.floor(seconds))} s`

  /**
   * Makes a list show the items, touching only what changed, so that the keyboard keeps its place.
   *
   * @template T
   * @param {HTMLElement} element @param {T[]} items @param {(item: T) => string} keyOf @param {(item: T) => HTMLElement} render
   */
  function sync(element, items, keyOf, render) {
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

  const nameOf = (/** @type {Record<string, any>} */ customer) =>
    [customer.first_name, customer.last_name].filter(Boolean).join(' ') || customer.company || customer.id

  function customerItem(/** @type {Record<string, any>} */ customer) {
    const name = nameOf(customer)
    const about = [
      customer.id,
      customer.company,
      customer.email,
      customer.password && `password: ${customer.password}`,
    ]
    const form = make(
      'form',
      { method: 'post', action: `${CONTROL}open`, target: '_blank' },
      make('input', { type: 'hidden', name: 'customer_id', value: customer.id }),
      make('button', { class: 'quiet', 'aria-label': `Open the portal as ${name}, ${customer.id}` }, 'Open'),
    )
    const label = make('span', { class: 'name' }, name, make('small', {}, about.filter(Boolean).join(' · ')))
    return make('li', {}, label, form)
  }

  /** @type {Map<string, string>} */
  let names = new Map()

  function sessionItem(/** @type {Session} */ session) {
    const { id, status, customer_id, life } = session
    const over = status === 'logged_out'
    const who = names.get(customer_id) ?? customer_id
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
      steps.push(make('li', { class: 'next' }, make('b', {}, 'In use'), 'until somebody signs out'))
    }
    if (status === 'not_yet_activated')
      steps.push(make('li', { class: 'next' }, make('b', {}, 'To be activated')))
    const item = make('li', {}, head, make('ol', { class: 'life' }, ...steps))
    tick(item)
    return item
  }

  /** What is left of an access URL's hour. */
  function tick(/** @type {ParentNode} */ root) {
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

  function callItem(/** @type {Record<string, any>} */ call) {
    const { status, operation, method, path, params, why, replayed } = call
    const refused = status !== null && status >= 400
    const about =
      why ?? (replayed ? 'replayed for its idempotency key' : status === null ? 'not answered' : '')
    const given = Object.entries(params)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')
    const what = make('span', { class: 'what' }, operation === 'unknown' ? `${method} ${path}` : operation)
    const detail = [operation === 'unknown' ? '' : path.replace('/api/v2', ''), given]
      .filter(Boolean)
      .join(' ')
    if (about) what.append(make('small', {}, about))
    what.append(make('small', { class: 'detail' }, detail.slice(0, 300)))
    return make(
      'li',
      { class: refused ? 'refused' : status === null ? 'waiting' : 'answered' },
      make('span', { class: 'status' }, status === null ? '…' : String(status)),
      what,
      time(call.at),
    )
  }

  function show(/** @type {Record<string, any>} */ state) {
    const { counts, customers, sessions, calls, rules, holding, held } = state
    aheadMs = state.now - Date.now()
    names = new Map(customers.map((/** @type {Record<string, any>} */ one) => [one.id, nameOf(one)]))
    for (const name of ['customers', 'sessions', 'calls'])
      byId(`${name}-count`).textContent = String(counts[name])
    byId('sessions-none').hidden = counts.sessions > 0
    byId('calls-none').hidden = counts.calls > 0
    sync(list('customer-list'), customers, (customer) => customer.id, customerItem)
    sync(list('session-list'), sessions, (session) => session.id, sessionItem)
    sync(list('call-list'), calls, (call) => String(call.id), callItem)
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

  const source = new EventSource(`${CONTROL}events`)
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
})()
