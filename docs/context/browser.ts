// What a browser has, as far as the samples use it. Without the types of the DOM, which would be there for servers too.

interface Element {
  readonly dataset: { readonly site?: string }
  textContent: string
  disabled: boolean
  addEventListener(type: 'click', listener: () => void): void
}

export declare const document: { querySelector(selector: string): Element }
/** What is in an answer is the samples' own knowledge. */
export declare function fetch(
  address: string,
  init: { method: string },
): Promise<{
  readonly ok: boolean
  readonly status: number
  json(): Promise<{ readonly access_url: string }>
}>
export declare const location: { assign(address: string): void }

/** Of `@chargebee/chargebee-js-types` 1.0.8, what the samples use. */
export declare const Chargebee: {
  init(options: { site: string | undefined }): {
    setPortalSession(session: () => Promise<unknown>): void
    createChargebeePortal(): { open(callbacks: { close?(): void }): void }
  }
}
