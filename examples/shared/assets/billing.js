const button = document.querySelector('#open-billing')
const status = document.querySelector('#billing-status')

button.addEventListener('click', async () => {
  button.disabled = true
  status.textContent = 'Opening your billing portal…'
  try {
    const response = await fetch('/portal_session', { method: 'POST' })
    if (response.status === 401) return location.assign('/login?return_to=/account/billing')
    if (response.status === 404) return location.assign('/pricing')
    if (!response.ok) throw new Error(`The server answered ${response.status}.`)
    const portalSession = await response.json()
    // This tab, not window.open(): after an await, browsers take that for an unwanted pop-up.
    location.assign(portalSession.access_url)
  } catch (error) {
    console.error(error)
    reset('Your billing portal could not be opened. Please try again.')
  }
})

// Coming back with the back button shows this page as it was left.
window.addEventListener('pageshow', () => reset(''))

function reset(message) {
  button.disabled = false
  status.textContent = message
}
