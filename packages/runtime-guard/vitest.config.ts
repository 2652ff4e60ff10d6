import { defineConfig } from 'vitest/config'

// A test of the command line starts up to ten processes; on a busy machine each takes a second.
export default defineConfig({
  test: { name: 'runtime-guard', include: ['test/**/*.test.ts'], globals: false, testTimeout: 120_000 },
})
