import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    name: 'e2e',
    include: ['*.test.ts'],
    globalSetup: ['./global-setup.ts'],
    // The tests wait for processes: a few of them share a core well.
    maxConcurrency: 3,
    testTimeout: 90_000,
  },
})
