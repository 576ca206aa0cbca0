// Tells the page around the portal (see chargebee.js beside this file) what the customer does in it. Nothing of it
// is secret, and only pages of this machine may frame the portal.
;(() => {
  const around = window.parent === window ? window.opener : window.parent
  if (!around) return
  const { section, news } = document.body.dataset
  const tell = (/** @type {object} */ what) =>
    around.postMessage({ from: 'portal-sso-emulator', ...what }, '*')
  tell({ section, news: JSON.parse(news ?? '[]') })
  window.addEventListener('message', (event) => {
    if (event.source !== around || event.data?.ask !== 'sign-out') return
    const form = document.querySelector('form[action="/portal/logout"]')
    if (form instanceof HTMLFormElement) form.requestSubmit()
  })
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') tell({ close: true })
  })
})()
