import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Linter } from 'eslint'
import { expect, it } from 'vitest'
import plugin from '../../src/index.ts'

const FILES = 12

/** An editor lints for days in one process. */
it('keeps nothing of a file that has been linted', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const linter = new Linter()
  const programs: WeakRef<object>[] = []
  const lint = (index: number): number => {
    const text = `
      import { spawn, exec } from 'node:child_process'
      import { execa } from 'execa'
      class A { #c; start() { this.#c = spawn('a${index}'); this.timer = setTimeout(() => this.stop(), 5000) } stop() { this.#c.kill() } }
      export const start = (a) => { const c = spawn(a); c.stdout.on('data', (d) => console.log(d)); return c }
      export const run = () => new Promise((resolve) => { start('b').on('exit', (code) => resolve(code)) })
      exec('c'); execa('d')`
    const rules = Object.fromEntries(
      Object.keys(plugin.rules).map((name) => [`child-process/${name}`, 'error' as const]),
    )
    const messages = linter.verify(text, [{ plugins: { 'child-process': plugin }, rules }], `file${index}.js`)
    programs.push(new WeakRef(linter.getSourceCode().ast))
    return messages.filter(({ ruleId }) => ruleId !== null).length
  }
  for (let index = 0; index < FILES; index++) expect(lint(index)).toBeGreaterThan(0)
  // an object that is looked at through a reference lives to the end of the turn
  await new Promise((resolve) => setTimeout(resolve, 0))
  collectGarbage()
  // the linter itself has the last one
  expect(programs.map((program) => program.deref() !== undefined)).toEqual([
    ...Array.from({ length: FILES - 1 }, () => false),
    true,
  ])
})
