// Audits real projects, and compares what it says of the hand-overs with those that were traced by hand before there was an audit.
// Usage: node packages/audit/test/measure/measure.mjs [--write] [--only <project>] [--show]
// The packages come from the corpus (see test/corpus/README.md); checkouts of repositories, at the commits that projects.json names, are
// looked for in $CHILD_PROCESS_PROJECTS, as `owner+name`. Run it after a build.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ensurePackages, locatePackage, readCorpus } from '../../../../test/corpus/package-store.mjs'

/**
 * @typedef {{project: string, start: string, kept: string, how: 'end' | 'request' | 'signal', ends: string[], via?: string}} HandOver
 * `start` and `ends` are `file:line`. `how`: the child is sent a signal, runs to its end, or is told to end by its pid or its input.
 * @typedef {{site: {file: string, line: number}}} Place
 * @typedef {Place & {fate: string, chain: {name: string}[], places: Place[]}} Child
 * @typedef {{project: {files: number, lines: number}, children: Child[], findings: (Place & {message: string, chain: {name: string}[]})[], summary: Record<string, number>, problems: unknown[]}} Report
 */

const HERE = path.dirname(fileURLToPath(import.meta.url))
const CLI = path.join(HERE, '../../dist/cli.js')
const { values } = parseArgs({
  options: { write: { type: 'boolean' }, only: { type: 'string' }, show: { type: 'boolean' } },
})

/** @param {string} name */
const readData = (name) => JSON.parse(readFileSync(path.join(HERE, name), 'utf8'))
/** @type {HandOver[]} */
const handOvers = readData('hand-overs.json')
/** @type {{name: string, commit?: string}[]} */
const projects = readData('projects.json')
/** @type {{project: string, site: string, label: 'true' | 'latent' | 'false', why: string}[]} */
const labels = readData('labels.json')

const corpus = new Map(readCorpus().map((entry) => [`${entry.name}@${entry.version}`, entry]))
await ensurePackages(
  projects.flatMap(({ name }) => corpus.get(name) ?? []),
  (message) => {
    console.error(message)
  },
)

/** @param {string} name */
function locate(name) {
  const entry = corpus.get(name)
  if (entry) return locatePackage(entry)
  const folder = path.join(process.env['CHILD_PROCESS_PROJECTS'] ?? '', name.replace('/', '+'))
  return existsSync(folder) ? folder : undefined
}

/** @param {Place} place */
const at = ({ site: { file, line } }) => `${file}:${line}`

/**
 * @param {string} folder
 * @returns {{report: Report, seconds: number, megabytes: number}}
 */
function audit(folder) {
  const script = `process.argv.splice(1, 1, 'cli')
    await import(${JSON.stringify(CLI)})
    process.on('exit', () => {
      const { maxRSS, systemCPUTime, userCPUTime } = process.resourceUsage()
      process.stderr.write('\\nused ' + maxRSS + ' ' + (userCPUTime + systemCPUTime))
    })`
  const { error, signal, status, stderr, stdout } = spawnSync(
    process.execPath,
    ['--max-old-space-size=4096', '--input-type=module', '-e', script, '-', '--format', 'json'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 512 * 1024 * 1024, timeout: 900_000, killSignal: 'SIGKILL' },
  )
  if (error || signal || status === 2) throw new Error(`${folder}: ${error?.message ?? signal ?? stderr}`)
  // of the processor: the clock would tell how busy the machine is
  const [, kilobytes, microseconds] = /used (\d+) (\d+)/.exec(stderr) ?? []
  return { report: JSON.parse(stdout), seconds: Number(microseconds) / 1e6, megabytes: Number(kilobytes) / 1024 }
}

/**
 * Followed rightly: the audit says the same of the child, at one of the places that are right and at none that is not.
 * @param {HandOver} handOver
 * @param {Child | undefined} child
 */
function compare({ ends, how }, child) {
  if (!child) return 'not seen'
  const fates = { signal: ['ended'], end: ['waited'], request: ['asked', 'ended'] }[how]
  if (!fates.includes(child.fate)) return child.fate
  if (how === 'end') return 'right'
  return child.places.some((place) => ends.includes(at(place))) ? 'right' : 'other place'
}

const rows = []
const missed = []
const found = []
for (const { name } of projects) {
  if (values.only !== undefined && values.only !== name) continue
  const folder = locate(name)
  if (folder === undefined) {
    console.error(`${name}: there is no checkout; see the head of this file.`)
    process.exitCode = 1
    continue
  }
  const { megabytes, report, seconds } = audit(folder)
  const traced = handOvers.filter(({ project }) => project === name)
  let right = 0
  for (const handOver of traced) {
    const child = report.children.find((candidate) => at(candidate) === handOver.start)
    const verdict = compare(handOver, child)
    if (verdict === 'right') right += 1
    else missed.push({ ...handOver, verdict, says: child?.places.map(at) ?? [] })
  }
  for (const finding of report.findings)
    found.push({
      project: name,
      site: at(finding),
      message: finding.message,
      chain: finding.chain.map((step) => step.name),
    })
  const total = Object.values(report.summary).reduce((sum, count) => sum + count, 0)
  rows.push({
    name,
    ...report.project,
    total,
    kept: report.children.length,
    traced: traced.length,
    right,
    findings: report.findings.length,
    seconds,
    megabytes,
  })
  console.error(
    `${name}: ${right}/${traced.length}, ${report.findings.length} findings, ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB`,
  )
}

const unlabelled = found.filter(({ project, site }) => !findLabel(project, site))
if (values.show) {
  for (const miss of missed)
    console.log(
      `${miss.project} ${miss.start}: ${miss.verdict} ${miss.says.join(' ')}\n    ${miss.kept} → ${miss.ends.join(' ')}`,
    )
  for (const { project, site, message, chain } of found)
    console.log(
      `${project} ${site} ${findLabel(project, site)?.label ?? 'unlabelled'}\n    ${message}\n    ${chain.join(' → ')}`,
    )
}
for (const { project, site } of unlabelled)
  console.error(`${project} ${site}: the finding has no label in labels.json.`)

/**
 * @param {string} project
 * @param {string} site
 */
function findLabel(project, site) {
  return labels.find((label) => label.project === project && label.site === site)
}

/** @param {string[]} cells */
const row = (cells) => `| ${cells.join(' | ')} |`

function renderTable() {
  /** @param {'true' | 'latent' | 'false'} label */
  const count = (label) => found.filter(({ project, site }) => findLabel(project, site)?.label === label).length
  const sum = (/** @type {'findings' | 'kept' | 'lines' | 'right' | 'seconds' | 'total' | 'traced'} */ key) =>
    rows.reduce((total, own) => total + own[key], 0)
  const per100k = (/** @type {{seconds: number, lines: number}[]} */ some) =>
    (some.reduce((total, { seconds }) => total + seconds, 0) / some.reduce((total, { lines }) => total + lines, 0)) *
    1e5
  const large = rows.filter(({ lines }) => lines >= 50_000)
  const base = Math.min(...rows.map(({ seconds }) => seconds))
  const baseMemory = Math.min(...rows.map(({ megabytes }) => megabytes))
  const memory = large.map(
    ({ lines, megabytes, name }) =>
      `${name}: ${megabytes.toFixed(0)} MB, ${(((megabytes - baseMemory) / lines) * 1e5).toFixed(0)} MB per 100,000 lines`,
  )
  return `# How often the audit is right

Made by \`node packages/audit/test/measure/measure.mjs --write\` with Node ${process.versions.node.split('.')[0]}. Nothing here was written by hand but the reading of the findings.

${sum('traced')} hand-overs of children in ${rows.filter(({ traced }) => traced > 0).length} published packages and open repositories were traced by hand, from the code alone, before the audit had been run on any of them
([hand-overs.json](https://child-process-tools.example/audit/hand-overs)). It followed **${sum('right')} of ${sum('traced')}** to a place that ends the child, and to the right one.

${found.length === 0 ? 'Nothing was reported.' : `${found.length} findings: ${count('true')} true, ${count('latent')} latent, ${count('false')} false (the labels are those of the corpus of the linter).`}

${row(['project', 'files', 'lines', 'children', 'handed over', 'traced', 'followed', 'findings', 'processor s', 'MB'])}
${row(['---', '--:', '--:', '--:', '--:', '--:', '--:', '--:', '--:', '--:'])}
${rows
  .map((own) =>
    row([
      own.name,
      String(own.files),
      String(own.lines),
      String(own.total),
      String(own.kept),
      String(own.traced),
      String(own.right),
      String(own.findings),
      own.seconds.toFixed(1),
      own.megabytes.toFixed(0),
    ]),
  )
  .join('\n')}

An audit of nothing takes ${base.toFixed(1)} s of processor time and ${baseMemory.toFixed(0)} MB: that is TypeScript itself. Projects of more than 50,000 lines: ${per100k(large).toFixed(1)} s per 100,000 lines in all. Peak memory: ${memory.join('; ')}.

## Not followed

${
  missed
    .map(
      ({ kept, project, says, start, verdict }) =>
        `- ${project} \`${start}\`: ${kept}. The audit: ${verdict}${
          says.length > 0
            ? ` (${says
                .slice(0, 3)
                .map((place) => `\`${place}\``)
                .join(', ')})`
            : ''
        }.`,
    )
    .join('\n') || '- nothing'
}

## Findings

${
  found
    .map(({ project, site }) => {
      const label = findLabel(project, site)
      return `- ${project} \`${site}\`: ${label ? `**${label.label}**, ${label.why}` : 'not labelled.'}`
    })
    .join('\n') || '- none'
}
`
}

if (values.write) writeFileSync(path.join(HERE, '../../docs/accuracy.md'), renderTable())
