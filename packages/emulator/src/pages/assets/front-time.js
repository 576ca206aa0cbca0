import { make } from './front-dom.js'

// Time of the emulator, between two states.
let aheadMs = 0
export const setNow = (/** @type {number} */ ms) => {
  aheadMs = ms - Date.now()
}
export const nowMs = () => Date.now() + aheadMs
export const time = (/** @type {number} */ ms) => {
  const moment = new Date(ms)
  return make('time', { datetime: moment.toISOString() }, moment.toLocaleTimeString('en-GB'))
}
export const span = (/** @type {number} */ seconds) =>
  seconds >= 60 ? `${Math.floor(seconds / 60)} min` : `${Math.max(0, Math.floor(seconds))} s`
