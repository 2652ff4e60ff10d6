import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { projects: ['packages/eslint-plugin', 'packages/runtime-guard', 'test'], passWithNoTests: false },
})
