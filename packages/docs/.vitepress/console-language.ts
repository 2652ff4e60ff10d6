import type { MarkdownOptions } from 'vitepress'

type Language = NonNullable<MarkdownOptions['languages']>[number]

/** What is typed, and what the two tools print: the command, the codes, the places. */
export const consoleLanguage: Language = {
  name: 'console',
  scopeName: 'text.console',
  repository: {},
  patterns: [
    { match: '^\\$ .*$', name: 'entity.name.function' },
    { match: '^(?:error|warning|info) [a-z-]+', name: 'keyword' },
    { match: '(?<=^  at )\\S+:\\d+:\\d+', name: 'string' },
    { match: 'child-process/[a-z-]+', name: 'string' },
  ],
}
