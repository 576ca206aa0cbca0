import type { Emulator } from '@portal-sso/emulator'

export interface Start {
  readonly name: string
  readonly emulator: Pick<Emulator, 'portalUrl' | 'env'> | undefined
  readonly hasDemoUsers: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What the terminal shows when an example is ready. Never the key of a real site. */
export function describeStart({ name, emulator, hasDemoUsers, env }: Start): string {
  const { CHARGEBEE_SITE: site = '', PORTAL_SSO_BASE_URL: baseUrl = '' } = env
  const settings = { ...(emulator ? emulator.env : { CHARGEBEE_SITE: site }), PORTAL_SSO_BASE_URL: baseUrl }
  return [
    '',
    `The ${name} example is ready.`,
    '',
    `  Open            ${baseUrl}`,
    `  Chargebee       ${emulator ? `${emulator.portalUrl}  (the local one: open it to watch)` : `site ${site}`}`,
    '  Stop            Ctrl-C',
    '',
    'It runs with',
    '',
    ...Object.entries(settings).map(([variable, value]) => `  ${variable}=${value}`),
    '',
    ...(hasDemoUsers && !emulator && !env.DEMO_CUSTOMER_ID
      ? [`Set DEMO_CUSTOMER_ID to the id of a customer of ${site}: Ada is that customer then.`, '']
      : []),
    'What happens is told here:',
    '',
  ].join('\n')
}
