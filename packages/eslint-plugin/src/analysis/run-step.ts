import type { TSESTree } from '@typescript-eslint/utils'
import { type CodeRoot, getCodeRoot, isFunctionNode } from '../ast/function-node.ts'
import { findCodeTriggers } from './code-trigger.ts'
import type { SourceUnit } from './source-unit.ts'

/** A node in the code of a root that does something by itself or through a function of the file. */
export interface RunStep {
  readonly root: CodeRoot
  readonly node: TSESTree.Node
  /** What it runs, nearer to the node in question; that node itself has none. */
  readonly inner?: RunStep
}

const MAX_DEPTH = 3

/** The node itself, and the calls that run it through functions of the file and methods of its class, nearest first. */
export function listRunSteps(node: TSESTree.Node, unit: SourceUnit): RunStep[] {
  const steps: RunStep[] = []
  let level: RunStep[] = [{ root: getCodeRoot(node), node }]
  for (let depth = 0; level.length > 0 && depth < MAX_DEPTH; depth++) {
    steps.push(...level)
    level = level.flatMap((step) =>
      isFunctionNode(step.root)
        ? findCodeTriggers(step.node, unit, (root) => root !== step.root).flatMap((trigger) =>
            trigger.is === 'direct' ? [{ root: trigger.root, node: trigger.node, inner: step }] : [],
          )
        : [],
    )
  }
  return steps
}
