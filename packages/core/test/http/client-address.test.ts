import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toClient } from '../../src/http/client-address.js'

describe('the client of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:0207', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    [undefined, undefined],
    ['', undefined],
    ['unknown', undefined],
    ['192.0.2.7:1234', undefined],
    ['a, b', undefined],
  ])('of %j is %j', (address, client) => {
    expect(toClient(address)).toBe(client)
  })

  it('does not mind the second half of an IPv6 address', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16))
    const half = fc.tuple(group, group, group, group).map((groups) => groups.join(':'))
    // Not one that stands for an IPv4 address.
    const head = half.filter((groups) => !/^0(:0)*$/.test(groups))
    fc.assert(
      fc.property(head, half, half, (network, one, other) => {
        expect(toClient(`${network}:${one}`)).toBe(`${network}::/64`)
        expect(toClient(`${network}:${other}`)).toBe(`${network}::/64`)
      }),
    )
  })
})
