import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitepress'
import { consoleLanguage } from './console-language.ts'
import { withPosixPath } from './with-posix-path.ts'
import { lighterEslint } from './lighter-eslint.ts'
import { showFindings } from './show-findings.ts'

interface Entry {
  readonly text: string
  readonly link: string
}

/** Written by `build/write-pages.mjs`, like the pages themselves. */
const navigation = JSON.parse(readFileSync(new URL('../.pages/navigation.json', import.meta.url), 'utf8')) as Record<
  'decisions' | 'findings' | 'frameworks' | 'rules',
  Entry[]
>

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#b3261e"/><circle cx="11" cy="10" r="4" fill="#fff"/><path d="M11 14v8h10" stroke="#fff" stroke-width="3" fill="none" stroke-dasharray="4 3"/><circle cx="22" cy="22" r="4" fill="none" stroke="#fff" stroke-width="2.5"/></svg>'

const guide = [
  {
    text: 'Guide',
    items: [
      { text: 'Why', link: '/guide/why' },
      { text: 'The linter', link: '/guide/plugin' },
      { text: 'The guard', link: '/guide/guard' },
      { text: 'CI recipes', link: '/guide/ci' },
      { text: 'Existing code', link: '/guide/existing-code' },
      { text: 'Windows and macOS', link: '/guide/windows' },
      { text: 'What it does not see', link: '/guide/limits' },
      { text: 'Non-goals', link: '/guide/non-goals' },
    ],
  },
  {
    text: 'Practice',
    items: [
      { text: 'Safe patterns', link: '/guide/patterns' },
      { text: 'From Go to Node', link: '/guide/from-go' },
    ],
  },
  ...(navigation.frameworks.length > 0 ? [{ text: 'Test frameworks', items: navigation.frameworks }] : []),
  {
    text: 'Reference',
    items: [
      { text: 'Rules', link: '/rules/' },
      { text: 'Findings', link: '/findings/' },
      { text: 'Settings of the guard', link: '/reference/settings' },
      { text: 'Command line', link: '/reference/cli' },
    ],
  },
]

const contributing = [
  {
    text: 'Contributing',
    items: [
      { text: 'How to contribute', link: '/contributing/' },
      { text: 'Architecture', link: '/contributing/architecture' },
      { text: 'How the guard works', link: '/contributing/guard' },
      { text: 'Security', link: '/contributing/security' },
    ],
  },
  { text: 'Decisions', items: navigation.decisions },
]

export default defineConfig({
  title: 'child-process-tools',
  description: 'A linter plugin and a runtime guard for the child processes of Node programs.',
  lang: 'en',
  srcDir: '.pages',
  cacheDir: '.cache/vitepress',
  outDir: 'dist',
  cleanUrls: true,
  head: [
    ['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(icon)}` }],
    ['meta', { name: 'theme-color', content: '#b3261e' }],
  ],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    codeTransformers: [showFindings()],
    languages: [consoleLanguage],
  },
  vite: { worker: { format: 'es', plugins: () => [lighterEslint(), withPosixPath()] } },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Guide', link: '/guide/why', activeMatch: '^/(?:guide|frameworks|reference)/' },
      { text: 'Rules', link: '/rules/', activeMatch: '^/rules/' },
      { text: 'Findings', link: '/findings/', activeMatch: '^/findings/' },
      { text: 'Playground', link: '/playground' },
      { text: 'Contributing', link: '/contributing/', activeMatch: '^/contributing/' },
    ],
    sidebar: {
      '/rules/': [{ text: 'Rules', link: '/rules/', items: navigation.rules }],
      '/findings/': [{ text: 'Findings', link: '/findings/', items: navigation.findings }],
      '/contributing/': contributing,
      '/': guide,
    },
    footer: {
      message: 'MIT licence. Every output on these pages was made by running the tools when the site was built.',
    },
  },
})
