import { createRequire } from 'node:module'
import { ServerlessAdapter } from '@h4ad/serverless-adapter'
import { ApiGatewayV2Adapter } from '@h4ad/serverless-adapter/adapters/aws'
import { ExpressFramework } from '@h4ad/serverless-adapter/frameworks/express'
import { DefaultHandler } from '@h4ad/serverless-adapter/handlers/default'
import { PromiseResolver } from '@h4ad/serverless-adapter/resolvers/promise'
import type { Express } from 'express'
import { inject } from 'light-my-request'
import serverlessHttp from 'serverless-http'

/** What comes back from a host that runs without a server. */
export interface Returned {
  readonly status: number
  readonly location: string | undefined
  readonly setCookies: readonly string[]
  readonly body: string
}

export interface Sent {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** Runs an application without a connection: the wrapper makes request and response up, each in its own way. */
export type Wrapper = (app: Express) => (sent: Sent) => Promise<Returned>

/** As Amazon's API Gateway gives a request (HTTP API, payload format 2.0) and takes an answer. */
interface GatewayAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
  readonly body?: string
}

type GatewayHandler = (event: object, context: object) => unknown

function gateway(handler: GatewayHandler): ReturnType<Wrapper> {
  return async ({ method, path, headers: { cookie, ...headers } }) => {
    const event = {
      version: '2.0',
      routeKey: '$default',
      rawPath: path,
      rawQueryString: '',
      ...(cookie && { cookies: cookie.split('; ') }),
      headers: { host: 'localhost:8080', ...headers },
      requestContext: { http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7' } },
      isBase64Encoded: false,
    }
    const answer = (await handler(event, {})) as GatewayAnswer
    return {
      status: answer.statusCode,
      location: answer.headers.location,
      setCookies: [answer.headers['set-cookie'] ?? [], answer.cookies ?? []].flat(),
      body: answer.body ?? '',
    }
  }
}

// Without types of their own.
const require = createRequire(import.meta.url)
const { configure: configureCodegenie } = require('@codegenie/serverless-express')
const { configure: configureVendia } = require('@vendia/serverless-express')
const serverlessHttp30: typeof serverlessHttp = require('serverless-http-3.0')
const serverlessHttp32: typeof serverlessHttp = require('serverless-http-3.2')

export const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  'serverless-http 4': (app) => gateway(serverlessHttp(app)),
  'serverless-http 3.2': (app) => gateway(serverlessHttp32(app)),
  'serverless-http 3.0': (app) => gateway(serverlessHttp30(app)),
  '@codegenie/serverless-express': (app) => gateway(configureCodegenie({ app })),
  '@vendia/serverless-express': (app) => gateway(configureVendia({ app })),
  '@h4ad/serverless-adapter': (app) =>
    gateway(
      ServerlessAdapter.new(app)
        .setFramework(new ExpressFramework())
        .setHandler(new DefaultHandler())
        .setResolver(new PromiseResolver())
        .addAdapter(new ApiGatewayV2Adapter())
        .build() as GatewayHandler,
    ),
  'light-my-request':
    (app) =>
    async ({ method, path, headers }) => {
      const answer = await inject(app, { method, url: path, headers })
      return {
        status: answer.statusCode,
        location: answer.headers.location as string | undefined,
        setCookies: [answer.headers['set-cookie'] ?? []].flat(),
        body: answer.payload,
      }
    },
}
