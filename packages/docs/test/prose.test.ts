import { describe, expect, test } from 'vitest'
import { escapeMarkup, linkNames, mapOutsideFences } from '../build/prose.mjs'
import { readFences, readSection, rewriteLinks } from '../build/repository-page.mjs'
import { siteAddressOf } from '../build/site-address.mjs'

describe('what stands in a fence', () => {
  test('is left as it is, also where fences nest', () => {
    const text = ['one', '````md', 'one', '```js', 'one', '```', '````', 'one'].join('\n')
    expect(mapOutsideFences(text, (prose) => prose.replaceAll('one', 'two'))).toBe(
      ['two', '````md', 'one', '```js', 'one', '```', '````', 'two'].join('\n'),
    )
  })
})

describe('text of the repository for Vue', () => {
  test('tags and interpolations are text, code and comments stay', () => {
    expect(escapeMarkup('deadline:<ms> `<b>` {{x}} `{{x}}` a < b <!-- <note> -->')).toBe(
      'deadline:&lt;ms> `<b>` &#123;&#123;x}} `{{x}}` a < b <!-- <note> -->',
    )
  })
})

describe('names in prose', () => {
  const link = (name: string): string | undefined => (name === 'leaked-child' ? '/findings/leaked-child' : undefined)

  test('become links, except in headings and in links', () => {
    expect(linkNames('# `leaked-child`\n`leaked-child`, `other`, [`leaked-child`](/x)', link)).toBe(
      '# `leaked-child`\n[`leaked-child`](/findings/leaked-child), `other`, [`leaked-child`](/x)',
    )
  })
})

describe('links between files of the repository', () => {
  test.each([
    ['packages/eslint-plugin/docs/rules/no-shell-kill.md', '/rules/no-shell-kill'],
    ['packages/runtime-guard/docs/findings/zombie.md', '/findings/zombie'],
    ['docs/decisions/0001-flow-substrate.md', '/contributing/decisions/0001-flow-substrate'],
    ['packages/docs/guide/why.md', '/guide/why'],
    ['packages/docs/index.md', '/'],
    ['LICENSE', undefined],
  ])('%s is %s', (file, address) => {
    expect(siteAddressOf(file)).toBe(address)
  })

  test('lead to pages, or show the path', () => {
    const text = '[late](no-late-listener.md#x), [pools](../../src/pool.ts), [web](https://example.org)'
    expect(rewriteLinks(text, 'packages/eslint-plugin/docs/rules/no-floating-child.md')).toBe(
      '[late](/rules/no-late-listener#x), pools (`packages/eslint-plugin/src/pool.ts`), [web](https://example.org)',
    )
  })
})

describe('a section of README.md', () => {
  test('ends at the next heading of its level', () => {
    const section = readSection('README.md', 'Quick start: the linter')
    expect(section).toContain('npm install --save-dev eslint-plugin-child-process')
    expect(section).not.toContain('runtime-guard')
    expect(readFences(section).map(({ language }) => language)).toEqual(['sh', 'js'])
  })

  test('that is not there is an error that names it', () => {
    expect(() => readSection('README.md', 'Nowhere')).toThrow("README.md has no heading 'Nowhere'.")
  })
})
