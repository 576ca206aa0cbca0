// What the samples use of Cypress, whose package would bring a browser along.

interface Command {
  click(): Command
  its(path: string): Command
  should(chainer: string, value: unknown): Command
}

interface Intercepted {
  readonly headers: Record<string, string>
}

export declare const cy: {
  contains(text: string): Command
  intercept(method: string, path: string, handler: (request: Intercepted) => void): Command
  origin(address: string, body: () => void): void
  request(address: string): Command
  request(method: string, address: string, body?: unknown): Command
  visit(address: string): Command
}
export declare function beforeEach(work: () => void): void
export declare function it(title: string, work: () => void): void
