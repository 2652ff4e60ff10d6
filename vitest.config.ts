import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: ['packages/eslint-plugin', 'packages/runtime-guard', 'packages/audit', 'packages/docs', 'test'],
    passWithNoTests: false,
    // Most tests wait for processes: with one worker on two processors, the default, neither has much to do.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
})
