import path from 'node:path'
import type { Consumer } from './Consumer.ts'
import type { FixtureProgram } from './Fixture.ts'

/** The three ways to arm the guard. */
export type Arming = 'require' | 'import' | 'run'

interface Invocation {
  readonly command: string[]
  readonly cwd: string
  readonly environment: Record<string, string>
}

/** How a fixture is run by hand: nothing around it. */
export function bareInvocation(consumer: Consumer, program: FixtureProgram): Invocation {
  return invocation(consumer, program, [])
}

/** The same under the guard. A program runs `node` itself; a tool such as vitest gets the guard through `NODE_OPTIONS`. */
export function guardedInvocation(
  consumer: Consumer,
  program: FixtureProgram,
  arming: Arming,
  settings: Record<string, string>,
): Invocation {
  if (arming === 'run') {
    const { command, cwd, environment } = invocation(consumer, program, [])
    const runtimeGuard = path.join(consumer.root, 'node_modules', '.bin', 'runtime-guard')
    return { command: [runtimeGuard, 'run', '--', ...command], cwd, environment: { ...environment, ...settings } }
  }
  const flags = [`--${arming}`, 'runtime-guard']
  if (program.manifest.command === undefined) {
    const { command, cwd, environment } = invocation(consumer, program, flags)
    return { command, cwd, environment: { ...environment, ...settings } }
  }
  const { command, cwd, environment } = invocation(consumer, program, [])
  return { command, cwd, environment: { ...environment, ...settings, NODE_OPTIONS: flags.join(' ') } }
}

function invocation(consumer: Consumer, program: FixtureProgram, nodeFlags: string[]): Invocation {
  const node = program.manifest.node === undefined ? process.execPath : consumer.nodes[program.manifest.node]
  const template = program.manifest.command ?? ['node', ...nodeFlags, '{file}']
  const bin = path.join(consumer.root, 'node_modules', '.bin')
  const command = template.map((part, index) => {
    if (part === '{file}') return program.file
    if (index > 0) return part
    if (part === 'node') return node
    return path.isAbsolute(part) ? part : path.join(bin, part)
  })
  return { command, cwd: path.join(consumer.fixtures, program.fixture), environment: { TMPDIR: consumer.scratch } }
}
