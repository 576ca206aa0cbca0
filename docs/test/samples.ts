import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Sample {
  readonly name: string
  readonly text: string
}

const lib = (name: string) => import(String(new URL(`../../scripts/lib/${name}`, import.meta.url)))

interface Block {
  readonly language: string
  readonly code: string
  /** The HTML comment in front of it. */
  readonly note?: string
}

/** Every block of code of a page. */
export async function blocksOf(page: string): Promise<Block[]> {
  const { readPage } = await lib('markdown.mjs')
  return (await readPage(page)).blocks
}

/** The TypeScript of a page as modules, in the order in which they stand there: see `scripts/lib/doc-code.mjs`. */
async function samplesOf(page: string): Promise<Sample[]> {
  const { toModules } = await lib('doc-code.mjs')
  return toModules((await blocksOf(page)).filter(({ language }) => language === 'ts'))
}

/**
 * Writes those that are for one context, to be imported.
 * @returns their paths
 */
export async function writeSamples(page: string, context: string): Promise<string[]> {
  const { writeModules } = await lib('doc-code.mjs')
  const samples = (await samplesOf(page)).filter(({ text }) =>
    text.split('\n', 1)[0]?.endsWith(`from '../context/${context}.ts'`),
  )
  const name = `.code-${page.replace(/\W/g, '-')}-${context}`
  const folder: string = await writeModules(samples, name)
  return samples.map((sample) => join(folder, sample.name))
}

export const docsFolder = fileURLToPath(new URL('..', import.meta.url))
