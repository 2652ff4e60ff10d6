import { endChild } from './end-child.js'
import { workers as all } from './registry.js'

process.on('SIGTERM', () => {
  for (const worker of all) endChild(worker)
})
