import { defineConfig } from 'vitest/config'

// A type checker starts slowly on a busy machine; no test is about time.
export default defineConfig({
  test: { name: 'audit', include: ['test/**/*.test.ts'], globals: false, testTimeout: 60_000 },
})
