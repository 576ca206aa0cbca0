import { itHolds } from './run-model.ts'

itHolds('logins')
