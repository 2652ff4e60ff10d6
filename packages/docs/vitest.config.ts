import { defineConfig } from 'vitest/config'

// a busy machine is slow, and no test is about time
export default defineConfig({
  test: { name: 'docs', include: ['test/**/*.test.ts'], testTimeout: 120_000 },
})
