import { describePortal } from '@portal-sso/conformance'
import { fastifyHost } from './hosts.ts'

describePortal('Fastify 5, at the root', fastifyHost())
