// What the front page asks of the emulator, and how it says what came of it.
import { byId } from './front-dom.js'

const CONTROL = '/_emulator/'

/** @param {string} method @param {string} path @param {object} [body] */
export async function control(method, path, body) {
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
export const act = (/** @type {string} */ path, /** @type {object} */ body, /** @type {string} */ done) => {
  void control('POST', path, body).then(
    () => say(done),
    (error) => say(`Not done: ${error.message}`),
  )
}
