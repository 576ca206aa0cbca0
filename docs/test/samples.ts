import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Sample {
  readonly name: string
  readonly text: string
}

const lib = (name: string) => import(String(new URL(`../../scripts/lib/${name}`, import.meta.url)))

/** The TypeScript of a page as modules, in the order in which they stand there: see `scripts/lib/doc-code.mjs`. */
async function samplesOf(page: string): Promise<Sample[]> {
  const [{ readPage }, { toModules }] = await Promise.all([lib('markdown.mjs'), lib('doc-code.mjs')])
  const { blocks } = await readPage(page)
  return toModules(blocks.filter(({ language }: { language: string }) => language === 'ts'))
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
