import { demoPassword, hashPassword, isPassword } from '@portal-sso/example-shared'
import { expect, test } from 'vitest'

test('a new hash names its cost, opens with its password, and with no other', async () => {
  const stored = await hashPassword(demoPassword)
  expect(stored).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/)
  expect(await isPassword(demoPassword, stored)).toBe(true)
  expect(await isPassword(`${demoPassword}.`, stored)).toBe(false)
  expect(await hashPassword(demoPassword)).not.toBe(stored)
})

test.each(['', 'x', '$scrypt$ln=10,r=8,p=1$$', '$scrypt$ln=10,r=8,p=1$AAAA$'])(
  'nothing opens what is no hash: %j',
  async (stored) => {
    expect(await isPassword('', stored)).toBe(false)
  },
)
