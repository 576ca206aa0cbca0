import Router from '@koa/router'
import Koa, { type DefaultState } from 'koa'

// What the samples take for granted: a Koa app with koa-session.

interface AppContext {
  get session(): { customerId?: string; regenerate(): Promise<void> }
  set session(session: { customerId?: string } | null)
}

export const app = new Koa<DefaultState, AppContext>()
export const router = new Router<DefaultState, AppContext>()
