// A STAND-IN for Chargebee.js, served by @portal-sso/emulator. It is not Chargebee's library: it has the portal and
// nothing else, and talks to the emulator alone. The real one is at https://js.chargebee.com/v2/chargebee.js.
import { createPortalDialog } from './chargebee-dialog.js'

const EMULATOR = '{{ORIGIN}}'
/** @type {Readonly<Record<string, string>>} */
const SECTIONS = JSON.parse('{{SECTIONS}}')
const PREFIX = '[stand-in for Chargebee.js]'

/** @typedef {Record<string, ((...args: unknown[]) => void) | undefined>} Callbacks */
/** @typedef {{ sectionType?: string, params?: { subscriptionId?: string } }} Forward */

/** @type {ReturnType<typeof createInstance> | undefined} */
let instance

const problem = (/** @type {string} */ text) => console.error(`${PREFIX} ${text}`)

/** @param {{ site: string, publishableKey?: string, enableRedirectMode?: boolean, iframeOnly?: boolean }} options */
function createInstance({ site, publishableKey, enableRedirectMode = false, iframeOnly = false }) {
  /** @type {undefined | string | (() => unknown)} */
  let portalSession
  /** @type {Callbacks} */
  let portalCallbacks = {}
  /** @type {(() => void) | undefined} */
  let closeShown
  /** @type {Window | null | undefined} */
  let shown

  /** A new session for each opening; of what comes, only `token` is read. */
  async function portalUrl(/** @type {Forward} */ { sectionType, params }) {
    const query = new URLSearchParams({
      ...(sectionType && { forward: sectionType }),
      ...(params?.subscriptionId && { subscription_id: params.subscriptionId }),
    })
    // Without a session the portal asks for the password itself.
    if (portalSession === undefined) return `${EMULATOR}/portal/login`
    const given = await (typeof portalSession === 'function' ? portalSession() : portalSession)
    const token = typeof given === 'string' ? given : Object(given).token
    if (typeof token !== 'string') {
      problem(
        'setPortalSession: what came has no token. It takes the portal session itself, not an object around it.',
      )
    }
    return `${EMULATOR}/portal/access/${encodeURIComponent(String(token))}?${query}`
  }

  function open(/** @type {Callbacks} */ options = {}, /** @type {Forward} */ forward = {}) {
    closeAll()
    const callbacks = { ...portalCallbacks, ...options }
    const url = portalUrl(forward)
    const failed = (/** @type {unknown} */ error) => {
      problem(`setPortalSession: ${error instanceof Error ? error.message : JSON.stringify(error)}`)
      closeShown?.()
    }
    if (enableRedirectMode) {
      url.then((address) => window.location.assign(address), failed)
      return
    }
    const isMobile = /Mobi|Android|iPhone|iPad/i.test(navigator.userAgent)
    if (isMobile && !iframeOnly) openWindow(url, callbacks, failed)
    else openFrame(url, callbacks, failed)
  }

  /** @param {Promise<string>} url @param {Callbacks} callbacks @param {(error: unknown) => void} failed */
  function openWindow(url, callbacks, failed) {
    const popup = window.open('', '_blank')
    if (popup === null) {
      problem(
        'The browser blocked the window. Open the portal in answer to a click, before anything is awaited.',
      )
      return
    }
    show(popup, callbacks, () => popup.close())
    url.then((address) => popup.location.replace(address), failed)
  }

  /** @param {Promise<string>} url @param {Callbacks} callbacks @param {(error: unknown) => void} failed */
  function openFrame(url, callbacks, failed) {
    const { dialog, button, frame } = createPortalDialog()
    document.body.append(dialog)
    const close = show(
      () => frame.contentWindow,
      callbacks,
      () => dialog.remove(),
    )
    button.addEventListener('click', close)
    dialog.addEventListener('close', close)
    dialog.showModal()
    url.then((address) => {
      frame.src = address
    }, failed)
  }

  /**
   * Listens to a window with the portal until it is closed.
   *
   * @param {Window | (() => Window | null)} where @param {Callbacks} callbacks @param {() => void} remove
   */
  function show(where, callbacks, remove) {
    const current = () => (typeof where === 'function' ? where() : where)
    let isLoaded = false
    const listener = (/** @type {MessageEvent} */ { data, origin, source }) => {
      if (origin !== EMULATOR || source !== current() || data?.from !== 'portal-sso-emulator') return
      if (data.close || data.section === 'signed_out') return close()
      if (data.section === 'message') {
        problem('The portal refused: a session is good for one opening, within an hour. See what it shows.')
        return
      }
      if (!isLoaded) callbacks.loaded?.()
      isLoaded = true
      callbacks.visit?.(data.section)
      for (const { callback, status, subscriptionId } of data.news ?? []) {
        callbacks[callback]?.(subscriptionId ? { subscription: { id: subscriptionId } } : status)
      }
    }
    const close = () => {
      if (closeShown !== close) return
      closeShown = undefined
      shown = undefined
      window.removeEventListener('message', listener)
      remove()
      callbacks.close?.()
    }
    window.addEventListener('message', listener)
    closeShown = close
    shown = current()
    return close
  }

  function closeAll() {
    closeShown?.()
  }

  /** Ends the browser's portal session: asks a page of the portal to sign out, as only it can. */
  function logout() {
    closeAll()
    const frame = document.createElement('iframe')
    frame.hidden = true
    frame.title = 'Sign-out of the customer portal'
    const listener = (/** @type {MessageEvent} */ { data, origin, source }) => {
      if (origin !== EMULATOR || source !== frame.contentWindow) return
      if (data.section !== 'signed_out' && data.section !== 'message') {
        frame.contentWindow?.postMessage({ ask: 'sign-out' }, EMULATOR)
        return
      }
      window.removeEventListener('message', listener)
      frame.remove()
    }
    window.addEventListener('message', listener)
    frame.src = `${EMULATOR}/portal/v2/home`
    document.body.append(frame)
  }

  return {
    site,
    publishableKey,
    setPortalSession(/** @type {string | (() => unknown)} */ given) {
      portalSession = given
    },
    createChargebeePortal: () => ({
      open,
      openSection(/** @type {Forward} */ forward, /** @type {Callbacks} */ options = {}) {
        const { sectionType } = forward ?? {}
        if (!Object.values(SECTIONS).includes(String(sectionType))) {
          throw new Error(`${PREFIX} openSection: sectionType is none of getPortalSections(): ${sectionType}`)
        }
        open(options, forward)
      },
    }),
    setPortalCallbacks(/** @type {Callbacks} */ callbacks) {
      portalCallbacks = callbacks ?? {}
    },
    logout,
    closeAll,
    setLocale() {},
    async setBusinessEntity() {
      return {}
    },
    get isOpen() {
      return shown !== undefined
    },
  }
}

const openPortal = (/** @type {Event} */ event) => {
  event.preventDefault()
  Chargebee.getInstance().createChargebeePortal().open()
}

const Chargebee = {
  init(/** @type {Parameters<typeof createInstance>[0]} */ options) {
    if (instance !== undefined) throw new Error(`${PREFIX} There is an instance already: use getInstance().`)
    if (typeof options?.site !== 'string' || options.site === '') {
      throw new Error(`${PREFIX} init: site is required.`)
    }
    instance = createInstance(options)
    return instance
  },
  getInstance() {
    if (instance === undefined) throw new Error(`${PREFIX} There is no instance yet: call init() first.`)
    return instance
  },
  getPortalSections: () => ({ ...SECTIONS }),
  /** Binds the elements with `data-cb-type="portal"` that the page has now. */
  registerAgain() {
    for (const element of document.querySelectorAll('[data-cb-type="portal"]')) {
      element.addEventListener('click', openPortal)
    }
  },
  tearDown() {
    instance?.closeAll()
    instance = undefined
    for (const element of document.querySelectorAll('[data-cb-type="portal"]')) {
      element.removeEventListener('click', openPortal)
    }
  },
}

Object.assign(window, { Chargebee })
console.info(`${PREFIX} It talks to ${EMULATOR}, an emulator. Nothing here is Chargebee's.`)
const site = document.currentScript?.dataset.cbSite
const start = () => {
  if (site && instance === undefined) Chargebee.init({ site })
  Chargebee.registerAgain()
}
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start)
else start()
