import { defineConfig } from 'vitest/config'

// a busy machine is slow, and no test is about time
export default defineConfig({
  test: { name: 'eslint-plugin', include: ['test/**/*.test.ts'], globals: false, testTimeout: 60_000 },
})
