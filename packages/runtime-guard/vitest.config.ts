import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { name: 'runtime-guard', include: ['test/**/*.test.ts'], globals: false } })
