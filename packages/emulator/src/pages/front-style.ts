/** What the front page has beside the portal's style. */
export const FRONT_STYLE = `
.wide, body:has(.wide) header, body:has(.wide) footer { max-width: 84rem }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.count { font-weight: 400; color: var(--soft); font-size: .9rem }
.note { color: var(--soft); font-size: .925rem; margin: 0 }
.tools { padding-bottom: 1rem }
.rows { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem }
.rows > * { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem }
.tools .note { margin-top: .75rem }
select {
  font: inherit; font-size: .925rem; padding: .4rem .6rem; color: var(--ink); background: var(--ground); max-width: 100%;
  border: 1px solid var(--field); border-radius: 9px;
}
.columns { display: grid; gap: 0 1.25rem; align-items: start }
@media (min-width: 56rem) { .columns { grid-template-columns: minmax(0, 21rem) minmax(0, 1fr) } }
#customer-list .name { flex: 1 1 9rem }
#session-list > li { display: block }
#call-list > li { display: grid; padding: .5rem 0 }
.session-head { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem }
.session-head .name { flex: 1 1 12rem }
.life { list-style: none; display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); margin: .6rem 0 .25rem; padding: 0 }
.life li { position: relative; padding: 1.1rem .75rem 0 0; font-size: .85rem; color: var(--soft); overflow-wrap: anywhere }
.life li::before {
  content: ''; position: absolute; top: .2rem; left: 0; width: .7rem; height: .7rem; border-radius: 99px; z-index: 1;
  background: var(--paper); border: 2px solid var(--field);
}
.life li::after { content: ''; position: absolute; top: .5rem; left: 0; right: 0; height: 2px; background: var(--line) }
.life li:last-child::after { display: none }
.life li.done::before { background: var(--good); border-color: var(--good) }
.life li.over::before { background: var(--soft); border-color: var(--soft) }
.life li.done:not(:last-child)::after { background: var(--good) }
.life b { display: block; color: var(--ink); font-weight: 600 }
@media (max-width: 30rem) {
  .life { grid-template-columns: minmax(0, 1fr); gap: .4rem }
  .life li { padding: 0 0 0 1.25rem }
  .life li::after { top: 1rem; bottom: -.6rem; left: .3rem; right: auto; width: 2px; height: auto }
}
.left { height: 4px; border-radius: 99px; background: var(--line); overflow: hidden; margin-top: .4rem }
.left span { display: block; height: 100%; background: var(--good) }
.calls > li { grid-template-columns: 3.25rem minmax(0, 1fr) auto; gap: 0 .75rem; align-items: start }
.calls .status { font-weight: 700; font-variant-numeric: tabular-nums; color: var(--good) }
.calls .refused .status { color: var(--warn) }
.calls .waiting .status { color: var(--soft) }
.calls .what { overflow-wrap: anywhere }
.calls .what small { display: block; color: var(--soft) }
.calls .refused .what small { color: var(--warn) }
.calls summary { color: var(--soft); font-size: .85rem; cursor: pointer; width: max-content; border-radius: 4px }
.calls pre { margin: .4rem 0; font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--ground); border-radius: 9px; padding: .6rem .8rem }
.calls time { color: var(--soft); font-size: .85rem; font-variant-numeric: tabular-nums }
@media (max-width: 30rem) {
  .calls > li { grid-template-columns: 2.75rem minmax(0, 1fr) }
  .calls time { grid-column: 2 }
}
`
