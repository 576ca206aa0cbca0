// Opens the customer portal in place. `data-site` and `data-script` come from the server.
const button = document.querySelector('#manage-billing')
const said = document.querySelector('#billing-said')
const chargebee = Chargebee.init({ site: button.dataset.site })

// Asked for at each opening: a portal session is good for one.
chargebee.setPortalSession(async () => {
  const answer = await fetch('/portal_session', { method: 'POST', headers: { accept: 'application/json' } })
  if (answer.ok) return answer.json()
  said.textContent =
    answer.status === 401
      ? 'You are signed out. Sign in again.'
      : 'Billing can’t be opened just now. Try again.'
  throw new Error(`POST /portal_session: ${answer.status}`)
})

button.addEventListener('click', () => {
  said.textContent = ''
  chargebee.createChargebeePortal().open({
    subscriptionChanged({ subscription }) {
      said.textContent = `Subscription ${subscription.id} was changed.`
    },
  })
})
button.disabled = false
