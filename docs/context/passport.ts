import express from 'express'
import session from 'express-session'
import { Passport } from 'passport'
import './express.ts'

// What the samples take for granted: an Express app with passport, and users who are found by their customer's id.

export const app = express()
app.use(session({ secret: 'of the samples', resave: false, saveUninitialized: false }))
const passport = new Passport()
passport.serializeUser((user, done) => done(null, user.billingId))
passport.deserializeUser((billingId: string, done) => {
  users.ofCustomer(billingId).then((user) => done(null, user), done)
})
app.use(passport.session())

export const users = {
  ofCustomer: async (billingId: string): Promise<Express.User> => ({ billingId }) as Express.User,
}
