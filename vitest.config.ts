import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['packages/eslint-plugin', 'packages/runtime-guard', 'packages/audit', 'packages/docs', 'test'],
    passWithNoTests: false,
  },
})
