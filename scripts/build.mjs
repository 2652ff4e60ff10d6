// Builds every package that has a tsdown configuration.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const packages = fileURLToPath(new URL('../packages', import.meta.url))

/** The audit takes in what is built of the plugin. */
const last = ['audit']
const names = readdirSync(packages)

for (const name of [...names.filter((own) => !last.includes(own)), ...last]) {
  const folder = path.join(packages, name)
  if (!existsSync(path.join(folder, 'tsdown.config.ts'))) continue
  execFileSync(path.join(folder, 'node_modules', '.bin', 'tsdown'), ['--log-level', 'warn'], {
    cwd: folder,
    stdio: 'inherit',
    timeout: 300_000,
    killSignal: 'SIGKILL',
  })
  console.log(`built packages/${name}`)
}
