// #region page
export default function Home({ isSignedIn }) {
  if (!isSignedIn) return <a href="/login">Sign in</a>
  return (
    <>
      {/* Not <Link>, which fetches: a portal session is for one click. */}
      <a href="/portal_link">Manage billing</a>
      <form method="post" action="/logout">
        <button type="submit">Sign out</button>
      </form>
    </>
  )
}

export function getServerSideProps({ req }) {
  return { props: { isSignedIn: Boolean(req.session.billingId) } }
}
// #endregion
