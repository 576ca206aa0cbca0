import { beforeEach, describe, expect, it } from 'vitest'
import { type Creates, createCreates } from '../../src/state/creates.js'

const OWN = ['bbrowser']
const CUSTOMER = 'ccustomer'

/**
 * The four orders in which a create and a close may come; time goes from left to right.
 *
 *     1   arrive ── begin ── close ── end      superseded: the close finds it, and waits until it is over
 *     2   arrive ── close ── begin             superseded: it finds what the close has marked
 *     3   close ── arrive ── begin             goes on
 *     4   arrive ── begin ── end ── close      is over before: the close has nothing to wait for
 */
describe('a create and a close', () => {
  let creates: Creates
  let moment: number
  const arrive = (id = 'create', customer: string | undefined = CUSTOMER) => ({
    id,
    arrived: ++moment,
    own: OWN,
    customer,
  })
  const close = (owners = OWN, spared?: string) => creates.supersede(owners, spared, ++moment)

  beforeEach(() => {
    creates = createCreates()
    moment = 0
  })

  it('1: begun and closed, it is superseded, and under way until it is over', () => {
    const create = arrive()
    expect(creates.enter(create)).toBe(true)
    expect(close()).toBe(1)
    expect(creates.get('create')?.isSuperseded).toBe(true)
    expect(close()).toBe(1)
    creates.remove('create')
    expect(close()).toBe(0)
  })

  it('2: closed after it has arrived, it does not begin', () => {
    const create = arrive()
    expect(close()).toBe(0)
    expect(creates.enter(create)).toBe(false)
    expect(creates.get('create')).toBeUndefined()
  })

  it('3: arrived after the close, it goes on', () => {
    close()
    expect(creates.enter(arrive())).toBe(true)
    expect(creates.get('create')?.isSuperseded).toBe(false)
  })

  it('4: over before the close, it is nothing to wait for', () => {
    creates.enter(arrive())
    creates.remove('create')
    expect(close()).toBe(0)
  })

  it('in any of these orders, a close that spares the customer changes nothing', () => {
    const begun = arrive('begun')
    const waiting = arrive('waiting')
    creates.enter(begun)
    expect(close(OWN, CUSTOMER)).toBe(0)
    expect(creates.get('begun')?.isSuperseded).toBe(false)
    expect(creates.enter(waiting)).toBe(true)
  })

  it('costs memory by their sum, not by their product', () => {
    const before = heapUsed()
    for (let count = 0; count < 4_000; count++) {
      creates.enter({ ...arrive(`create${count}`), own: [`b${count}`] })
    }
    let superseded = 0
    for (let count = 0; count < 4_000; count++) superseded = close([`b${count}`, CUSTOMER])
    expect(superseded).toBe(4_000)
    // Some hundred bytes each; where every close knows every create, it is fifty kilobytes for each.
    expect(heapUsed() - before).toBeLessThan(64 * 1024 * 1024)
  })
})

function heapUsed(): number {
  return process.memoryUsage().heapUsed
}
