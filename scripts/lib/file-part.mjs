import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CheckError } from './report.mjs'
import { root } from './workspace.mjs'

/**
 * A file, or what stands in it between `// #region NAME` and `// #endregion`.
 * @param {string} path from the top of the repository, as in `examples/a/app.js` or `examples/a/app.js#name`
 */
export async function readPart(path) {
  const [file = '', name] = path.split('#')
  const text = await readFile(join(root, file), 'utf8')
  if (name === undefined) return text.trimEnd()
  const lines = text.split('\n')
  const begin = lines.findIndex((line) => isMark(line, `#region ${name}`))
  const length = lines.slice(begin + 1).findIndex((line) => isMark(line, '#endregion'))
  if (begin === -1 || length === -1) throw new CheckError(`${file} has no region ${name}`)
  const part = lines.slice(begin + 1, begin + 1 + length)
  const indent = Math.min(...part.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)))
  return part
    .map((line) => line.slice(indent))
    .join('\n')
    .trim()
}

/** @param {string} line @param {string} mark */
function isMark(line, mark) {
  return (
    line
      .trim()
      .replace(/^(\/\/|<!--)\s*/, '')
      .replace(/\s*-->$/, '') === mark
  )
}
