export default function PortalStillOpen() {
  return (
    <form method="post" action="/portal_logout">
      <p>You are signed out here, but your billing portal is still open on this computer.</p>
      <button type="submit">Try again</button>
    </form>
  )
}
