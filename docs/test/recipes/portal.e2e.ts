import { expect, test } from '@playwright/test'

const emulator = `http://127.0.0.1:${process.env.EMULATOR_PORT ?? '8480'}/_emulator`

test.beforeEach(({ request }) => request.post(`${emulator}/reset`))

test('the link opens the portal, and our sign-out ends it', async ({ page, request }) => {
  await page.goto('/login')
  await page.getByRole('link', { name: 'Manage billing' }).click()
  await expect(page.getByRole('heading', { name: 'Hello, Ada Lovelace' })).toBeVisible()

  await page.goto('/account')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByText('Signed out')).toBeVisible()
  const { sessions } = await (await request.get(`${emulator}/sessions`)).json()
  expect(sessions[0].status).toBe('logged_out')
})
