/** The one stylesheet of the portal's pages; inline, allowed by its hash. */
export const STYLE = `
:root {
  --ink: #1d2333; --soft: #5a6378; --line: #dfe3ec; --field: #7f889d; --paper: #fff; --ground: #f4f6fa;
  --accent: #2f4fd0; --accent-ink: #fff; --good: #14683a; --good-ground: #e0f4e7; --warn: #8a4b00; --warn-ground: #fdeed8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8ebf3; --soft: #a3acc2; --line: #333b50; --field: #77819a; --paper: #1b2130; --ground: #121722;
    --accent: #9db1ff; --accent-ink: #10152a; --good: #8fe0b0; --good-ground: #173626; --warn: #ffc97f; --warn-ground: #3d2c12;
  }
}
* { box-sizing: border-box }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
}
header, main, footer { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem; padding-top: 1.25rem; padding-bottom: 1.25rem }
header .brand { font-weight: 700; letter-spacing: -.01em; margin-right: auto }
header .brand small { display: block; font-weight: 400; color: var(--soft); letter-spacing: 0 }
header .who { color: var(--ink); font-size: .925rem; text-align: right; overflow-wrap: anywhere }
header .who small { display: block; color: var(--soft) }
nav { max-width: 60rem; margin: 0 auto; padding: 0 1.25rem }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem .4rem; list-style: none; margin: 0; padding: 0 }
nav a { display: block; padding: .35rem .8rem; border-radius: 99px; text-decoration: none; color: var(--ink) }
nav a:hover { background: var(--line) }
nav a[aria-current] { background: var(--accent); color: var(--accent-ink) }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--paper) }
.skip:focus { left: .5rem; top: .5rem; z-index: 2 }
.pair { display: grid; gap: 0 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); align-items: start }
.method { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: center; margin: 0 }
.method span:first-child::first-letter { text-transform: uppercase }
main { padding-bottom: 2rem }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.02em; margin: 1rem 0 .25rem }
h2 { font-size: 1.125rem; margin: 0 0 .75rem }
.lead { color: var(--soft); margin: 0 0 1.5rem }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 14px; padding: 1.25rem; margin: 0 0 1.25rem }
.narrow { max-width: 34rem; margin: 10vh auto 0 }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .9rem 1.5rem; margin: 0 }
dt { color: var(--soft); font-size: .85rem }
dd { margin: 0; overflow-wrap: anywhere }
.plain { list-style: none; margin: 0; padding: 0 }
.plain > li { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1rem; padding: .75rem 0; border-top: 1px solid var(--line) }
.plain > li:first-child { border-top: 0; padding-top: 0 }
.plain > li:last-child { padding-bottom: 0 }
.plain .name { font-weight: 600; flex: 1 1 14rem }
.plain .name small { display: block; font-weight: 400; color: var(--soft) }
table { border-collapse: collapse; width: 100% }
th { text-align: left; font-weight: 500; color: var(--soft); font-size: .85rem }
th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); white-space: nowrap }
tr:last-child td { border-bottom: 0 }
@media (max-width: 30rem) {
  .folding thead { position: absolute; clip-path: inset(50%) }
  .folding tr { display: grid; grid-template-columns: 1fr auto; gap: .1rem .75rem; padding: .6rem 0; border-bottom: 1px solid var(--line) }
  .folding tr:last-child { border-bottom: 0 }
  .folding td { display: block; padding: 0; border: 0; white-space: normal }
  .folding td:nth-child(even) { text-align: right }
}
.amount { text-align: right; font-variant-numeric: tabular-nums }
th.amount, td.amount { padding-right: 0 }
.tag { font-size: .8rem; border-radius: 99px; padding: .1rem .6rem; background: var(--warn-ground); color: var(--warn) }
.tag.plainly { background: var(--line); color: var(--ink) }
.tag.good { background: var(--good-ground); color: var(--good) }
a { color: var(--accent) }
button, .button {
  font: inherit; font-weight: 600; color: var(--accent-ink); background: var(--accent); text-decoration: none;
  border: 0; border-radius: 9px; padding: .5rem 1rem; cursor: pointer;
}
button.quiet { color: var(--ink); background: none; border: 1px solid var(--field); font-weight: 500; padding: .35rem .8rem; font-size: .925rem }
button.quiet:hover { background: var(--ground) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px }
form { margin: 0 }
.fields label { display: block; font-size: .925rem; color: var(--soft); margin: .9rem 0 .25rem }
.fields input {
  font: inherit; width: 100%; padding: .5rem .75rem; color: var(--ink); background: var(--ground);
  border: 1px solid var(--field); border-radius: 9px;
}
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem 1.25rem; margin: 1.25rem 0 }
.card > p:last-child { margin-bottom: 0 }
.alert { border-radius: 9px; padding: .6rem .9rem; background: var(--warn-ground); color: var(--warn) }
#cb-portal-signup, .signup #cb-portal-login, main:has(#cb-portal-signup:target) #cb-portal-login { display: none }
#cb-portal-signup:target, .signup #cb-portal-signup { display: block }
@media (max-width: 40rem) { header .who { text-align: left; margin-right: auto } }
.card > form:last-child.actions, .card > .actions:last-child { margin-bottom: 0 }
footer { color: var(--soft); font-size: .85rem; padding-bottom: 2rem }
code { font-size: .9em; overflow-wrap: anywhere }
`
