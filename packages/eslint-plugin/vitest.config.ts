import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { name: 'eslint-plugin', include: ['test/**/*.test.ts'], globals: false } })
