import Chargebee from 'chargebee'
import { app as appWithUsers } from './express.ts'

export const app = appWithUsers
export const redirect_url = 'https://www.acme.example/account'
export const chargebee = new Chargebee({ site: 'acme-test', apiKey: 'test_key' })
