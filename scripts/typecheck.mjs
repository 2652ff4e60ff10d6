// Type checks every project with TypeScript 7, and with TypeScript 6, whose API the linter and the tests load.
import { spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const projects = [
  'packages/eslint-plugin',
  'packages/runtime-guard',
  'packages/audit',
  'packages/docs',
  'test',
  'scripts',
]

/**
 * @param {string} compiler
 * @param {string} project
 * @returns {Promise<number>}
 */
function check(compiler, project) {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(root, 'node_modules', '.bin', compiler), ['--noEmit', '-p', project], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}

let failed = 0
for (const compiler of process.argv.includes('--fast') ? ['tsc'] : ['tsc', 'tsc6']) {
  for (const project of projects) {
    const code = await check(compiler, project)
    if (code !== 0) {
      failed += 1
      console.error(`${compiler}: ${project} does not type check.`)
    }
  }
}
process.exitCode = failed === 0 ? 0 : 1
