import { Linter, type Rule } from 'eslint'
import { describe, expect, it } from 'vitest'
import { type ChildInspection, type FileInspection, inspectFile } from '../../src/inspection.ts'

function inspect(code: string): FileInspection {
  let found: FileInspection | undefined
  const rule: Rule.RuleModule = {
    create: (context) => ({
      'Program:exit'() {
        found = inspectFile(context)
      },
    }),
  }
  const messages = new Linter().verify(code, {
    plugins: { tool: { rules: { rule } } },
    rules: { 'tool/rule': 'error' },
    languageOptions: { globals: {} },
  })
  expect(messages).toEqual([])
  if (!found) throw new Error('The rule did not run.')
  // it has to survive the way into another thread
  expect(structuredClone(found)).toEqual(found)
  return found
}

function inspectChild(code: string): ChildInspection {
  const [child] = inspect(`import { spawn, execFile, execFileSync } from 'node:child_process'\n${code}`).codes.flatMap(
    ({ children }) => children,
  )
  if (!child) throw new Error('No child was found.')
  return child
}

const statesOf = (child: ChildInspection): Record<string, string> =>
  Object.fromEntries(child.owes.map(({ obligation, state }) => [obligation, state]))

describe('what a child owes', () => {
  it('is open where nothing meets it', () => {
    expect(statesOf(inspectChild("spawn('make')"))).toEqual({
      end: 'open',
      error: 'open',
      stdout: 'open',
      stderr: 'open',
      deadline: 'open',
    })
  })

  it('is met by listeners, which are named in source order', () => {
    const child = inspectChild(
      "const make = spawn('make', { stdio: 'ignore', timeout: 1000 })\nmake.on('error', log)\nmake.on('close', log)",
    )
    expect(statesOf(child)).toEqual({ end: 'met', error: 'met', deadline: 'api' })
    expect(child.owes.map(({ metBy }) => metBy.map(({ line, text }) => `${line}: ${text}`))).toEqual([
      ["4: make.on('close', log)"],
      ["3: make.on('error', log)"],
      [],
    ])
  })

  it('is open on the path that forgets it, with the line where that ends', () => {
    const child = inspectChild(`function build(isQuick) {
  const make = spawn('make', { stdio: 'ignore' })
  make.on('error', log)
  if (isQuick) return
  make.on('close', log)
}`)
    const [end] = child.owes
    expect(end).toMatchObject({ obligation: 'end', state: 'openOnPath', at: { line: 5 } })
  })

  it('is late behind an await', () => {
    const child = inspectChild(`async function build() {
  const make = spawn('make', { stdio: 'ignore' })
  await new Promise((resolve) => setTimeout(resolve, 10))
  make.on('error', log)
  make.on('close', log)
}`)
    expect(child.owes[1]).toMatchObject({ obligation: 'error', state: 'late', at: { line: 4 } })
  })

  it('is handed on with the handle', () => {
    const child = inspectChild("export const start = () => spawn('make')")
    expect(child.owes[0]).toMatchObject({ obligation: 'end', state: 'met', metBy: [{ isHandedOn: true }] })
  })

  it('is seen to by the call itself where the API does it', () => {
    expect(statesOf(inspectChild("execFile('make', () => {})"))).toEqual({ end: 'api', error: 'api', deadline: 'open' })
    expect(statesOf(inspectChild("execFileSync('make', { timeout: 5 })"))).toEqual({
      end: 'api',
      error: 'api',
      deadline: 'api',
    })
  })

  it('of stdin begins with the first write', () => {
    const child = inspectChild(
      "const cat = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] })\ncat.stdin.write('x')",
    )
    expect(statesOf(child)).toMatchObject({ stdinEnd: 'open', stdinError: 'open' })
  })
})

describe('the code that starts children', () => {
  const code = `import { spawn } from 'node:child_process'
spawn('first')
class Server {
  start(isQuick) {
    const server = spawn('second', { stdio: 'ignore' })
    if (isQuick) return
    server.on('close', log)
  }
}
function idle() {}`

  it('is listed in source order, with its name', () => {
    expect(inspect(code).codes.map(({ line, name }) => `${line} ${name}`)).toEqual(['1 program', '4 start'])
  })

  it('has a graph that tells where the child starts and where it is looked after', () => {
    const [, start] = inspect(code).codes
    const points = start?.blocks.flatMap((block) => block.points)
    expect(points?.filter(({ starts }) => starts.length > 0).map(({ line }) => line)).toEqual([5])
    expect(points?.filter(({ discharges }) => discharges.length > 0)).toMatchObject([
      { line: 7, discharges: [{ child: 0, obligation: 'end' }] },
    ])
    expect(start?.blocks[0]?.edges.map(({ to }) => to)).toEqual(['b2', 'b3'])
  })
})

it('a file that starts none has nothing', () => {
  expect(inspect('const spawn = 1').codes).toEqual([])
})
