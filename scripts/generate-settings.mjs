// Generates what the guard's documentation says about settings and commands from the tables in its source.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import prettier from 'prettier'
import { createViteServer } from 'vitest/node'

const guard = fileURLToPath(new URL('../packages/runtime-guard', import.meta.url))
const { homepage } = JSON.parse(readFileSync(path.join(guard, 'package.json'), 'utf8'))

// Only to load TypeScript on a Node that cannot: nothing is served.
const server = await createViteServer({
  root: guard,
  configFile: false,
  logLevel: 'error',
  server: { middlewareMode: true, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
})
const { formatSettingsTable, createConfigSchema } = await server.ssrLoadModule('/src/config/describeSettings.ts')
const { commands } = await server.ssrLoadModule('/src/cli/runCli.ts')
const { formatCommandHelp, formatHelp } = await server.ssrLoadModule('/src/cli/formatHelp.ts')
await server.close()

const fence = (/** @type {string} */ text) => `\`\`\`text\n${text.trimEnd()}\n\`\`\``
const help = [formatHelp(commands), ...commands.map(formatCommandHelp)].map(fence).join('\n\n')

/**
 * @param {string} text
 * @param {string} name of the marker
 * @param {string} content
 */
function replaceSection(text, name, content) {
  const pattern = new RegExp(`(<!-- begin ${name} -->\n)[^]*?(\n<!-- end ${name} -->)`)
  if (!pattern.test(text)) throw new Error(`The README of the guard has no section ${name}.`)
  return text.replace(pattern, (_, begin, end) => `${begin}\n${content.trimEnd()}\n${end}`)
}

const readme = path.join(guard, 'README.md')
const withSettings = replaceSection(readFileSync(readme, 'utf8'), 'settings', formatSettingsTable())
const outputs = {
  [readme]: withSettings,
  [path.join(guard, 'docs', 'cli.md')]:
    `# Command line\n\nGenerated from the commands themselves; \`--help\` prints the same.\n\n${help}\n`,
  [path.join(guard, 'config.schema.json')]: JSON.stringify(createConfigSchema(homepage)),
}
for (const [file, content] of Object.entries(outputs)) {
  const text = await prettier.format(content, { ...(await prettier.resolveConfig(file)), filepath: file })
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text)
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`${path.relative(process.cwd(), file)} is out of date: run \`pnpm run update\`.`)
    process.exitCode = 1
  }
}
