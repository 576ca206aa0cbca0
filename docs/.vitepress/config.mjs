import { readFileSync } from 'node:fs'

// `npx vitepress dev docs` serves the guides; nothing of VitePress is installed here.

/** The sections of the index, with the guides that each lists. */
const sidebar = readFileSync(new URL('../index.md', import.meta.url), 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    text: section.split('\n', 1)[0],
    items: Array.from(section.matchAll(/^- \[(.+?)\]\((.+?)\.md\)/gm), ([, text, page]) => ({
      text,
      link: `/${page}`,
    })),
  }))

/** Anchors as GitHub makes them, so that a link to one works there and here: `login_refused` keeps its underscore. */
const slugify = (title) =>
  title
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-')

export default {
  title: '@portal-sso',
  description: "Takes a site's signed-in customers to their Chargebee customer portal",
  markdown: { anchor: { slugify } },
  // What a guide links to outside of this folder is code: it is read in the repository.
  ignoreDeadLinks: [/^(?:\.\/)?\.\.\//],
  themeConfig: { outline: [2, 3], search: { provider: 'local' }, sidebar },
}
