// Writes the pages and builds the site into `dist`. VitePress fails on a dead link.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** @param {string[]} args */
function runNode(...args) {
  const started = performance.now()
  const { status, error } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    timeout: 300_000,
    killSignal: 'SIGKILL',
  })
  console.log(`${args.join(' ')}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  if (status !== 0) throw new Error(`${args.join(' ')} failed${error ? `: ${error.message}` : ''}.`)
}

runNode('build/write-pages.mjs')
runNode('node_modules/vitepress/bin/vitepress.js', 'build')
