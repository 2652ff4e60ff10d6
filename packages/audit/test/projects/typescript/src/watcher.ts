import type { ChildProcess } from 'node:child_process'
import { logOutput, watchChild } from './end-child.js'
import { startTool } from './start-tool.js'

export const watchers: Record<string, ChildProcess> = {}

export function watch(folder: string): void {
  const child = startTool('watch', [folder])
  watchChild(child, folder)
  logOutput(child)
  watchers[folder] = child
}

export function isWatched(folder: string): boolean {
  return watchers[folder] !== undefined && watchers[folder].exitCode === null
}
