import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'

/** A page of a sequence, as a screenshot. */
export interface Shot {
  readonly caption: string
  readonly address: string
  readonly image: Buffer
}

const arrow = `<svg width="64" height="40" viewBox="0 0 64 40" fill="none" stroke="#0f766e" stroke-width="5"
  stroke-linecap="round" stroke-linejoin="round"><path d="M6 20h50M40 6l16 14-16 14"/></svg>`

/** Puts pages side by side, with arrows in between, into `docs/images/{name}`. */
export async function composePicture(browser: Browser, name: string, shots: readonly Shot[]): Promise<void> {
  const columns = shots.map(() => '1fr').join(' 90px ')
  const page = await browser.newPage({ viewport: { width: 200 + 600 * shots.length, height: 100 } })
  await page.setContent(`<!doctype html><style>
    body { margin: 0; padding: 36px 40px 64px; background: #e2ebea; display: grid;
      grid-template-columns: ${columns}; align-items: center; font: 600 20px system-ui, sans-serif; color: #2c3a45 }
    figure { margin: 0 }
    figcaption { margin: 0 0 16px; text-align: center }
    div { overflow: hidden; border-radius: 12px; box-shadow: 0 18px 50px #1d2f3f33 }
    p { margin: 0; height: 34px; background: #e9ecef; display: flex; align-items: center; gap: 8px; padding: 0 14px }
    i { width: 11px; height: 11px; border-radius: 50%; background: #c3c9cf }
    span { flex: 1; margin: 0 40px 0 12px; padding: 3px 12px; border-radius: 8px; background: #fff; color: #5b6670;
      font: 14px system-ui, sans-serif }
    img { display: block; width: 100% }
    svg { display: block; margin: 0 auto }
  </style>${shots.map(toFigure).join(arrow)}`)
  const path = fileURLToPath(new URL(`../../../../docs/images/${name}`, import.meta.url))
  await page.screenshot({ path, fullPage: true })
}

function toFigure({ caption, address, image }: Shot): string {
  const source = `data:image/png;base64,${image.toString('base64')}`
  return `<figure><figcaption>${caption}</figcaption>
    <div><p><i></i><i></i><i></i><span>${address}</span></p><img src="${source}" alt=""></div></figure>`
}
