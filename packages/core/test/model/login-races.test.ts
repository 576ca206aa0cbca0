import { itHolds } from './run-model.ts'

itHolds('login races')
