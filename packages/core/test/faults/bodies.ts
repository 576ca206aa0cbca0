import { TEXT_OF_CHARGEBEE } from './fault.ts'
import { type Honest, toBytes } from './http-wire.ts'

const JSON_TYPE = { 'Content-Type': 'application/json;charset=utf-8' }

/** A header of Chargebee's own with text in it, which belongs into no log either. */
const NOTE = { 'X-Note': TEXT_OF_CHARGEBEE }

export function html(status: number, headers: Readonly<Record<string, string>> = {}): Buffer {
  const body = Buffer.from(`<!doctype html><title>${status}</title><h1>${TEXT_OF_CHARGEBEE}</h1>`)
  return toBytes({ status, headers: { 'Content-Type': 'text/html', ...NOTE, ...headers }, body })
}

export function text(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Buffer {
  return toBytes({ status, headers: { ...JSON_TYPE, ...NOTE, ...headers }, body: Buffer.from(body) })
}

/** An error as Chargebee writes it, with the fields of both generations. */
export function refusal(
  status: number,
  apiErrorCode: string,
  { errorCode = apiErrorCode, headers = {} }: { errorCode?: string; headers?: Record<string, string> } = {},
): Buffer {
  const body = {
    message: `redirect_url : ${TEXT_OF_CHARGEBEE}`,
    type: 'invalid_request',
    api_error_code: apiErrorCode,
    param: TEXT_OF_CHARGEBEE,
    error_code: errorCode,
    error_msg: TEXT_OF_CHARGEBEE,
    error_param: TEXT_OF_CHARGEBEE,
    http_status_code: status,
  }
  return text(status, JSON.stringify(body), headers)
}

/** The session of an honest answer with some fields changed. */
export function altered(honest: Honest, change: Readonly<Record<string, unknown>>): Honest {
  const { portal_session } = JSON.parse(honest.body.toString()) as { portal_session: object }
  return {
    ...honest,
    body: Buffer.from(JSON.stringify({ portal_session: { ...portal_session, ...change } })),
  }
}

/** An honest answer that is too large: whoever reads all of it finds nothing else wrong with it. */
export function padded(honest: Honest, size: number): Honest {
  return { ...honest, body: Buffer.concat([honest.body, Buffer.alloc(size, ' ')]) }
}
