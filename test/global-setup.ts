import type { TestProject } from 'vitest/node'
import { prepareConsumer, removeRun } from './harness/Consumer.ts'

export default function setup(project: TestProject): () => void {
  const consumer = prepareConsumer()
  project.provide('consumer', consumer)
  return () => {
    removeRun(consumer)
  }
}
