/** A path segment without its percent-encoding; `undefined` when there is none or it can't be decoded. */
export function decodedSegment(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
