import { isPassword } from './passwords.js'

/** A row of the users table of a pretended analytics service. */
export interface DemoUser {
  readonly id: string
  readonly name: string
  readonly email: string
  /** The customer's id in Chargebee. `null`: has never bought anything, so Chargebee does not know them. */
  readonly customerId: string | null
}

/** Shown on the sign-in page: this is a demo. */
export const demoPassword = 'acme-demo-4711'

export const demoUsers: readonly DemoUser[] = [
  {
    id: 'u1',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    // The emulator knows `cus_ada`; a Chargebee site of your own has other customers.
    customerId: process.env.DEMO_CUSTOMER_ID || 'cus_ada',
  },
  { id: 'u2', name: 'Grace Hopper', email: 'grace@example.com', customerId: 'cus_grace' },
  { id: 'u3', name: 'Guest', email: 'guest@example.com', customerId: null },
]

/**
 * One hash for all: they share a password. A real table has one per row, as `hashPassword()` makes it. This one is
 * cheap: the password stands on the sign-in page, and the tests sign in a hundred times.
 */
const passwordHash =
  '$scrypt$ln=10,r=8,p=1$aXLmGEaJ8_PWt2N2NdzToA$xpGQttVACvb53jY4_IwdNhUdtm0NHygzka7D-rYhcMQ'

export function findUser(id: string | undefined): DemoUser | undefined {
  return demoUsers.find((user) => user.id === id)
}

/** The user with this e-mail address and password. Takes equally long whether or not the address exists. */
export async function checkCredentials(email: unknown, password: unknown): Promise<DemoUser | undefined> {
  if (typeof email !== 'string' || typeof password !== 'string') return undefined
  const matches = await isPassword(password, passwordHash)
  const user = demoUsers.find((candidate) => candidate.email === email.trim().toLowerCase())
  return matches ? user : undefined
}
