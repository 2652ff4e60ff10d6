// Random process trees, left behind by a guarded program: what the report names, and what mode `kill` leaves, against an
// independent reading of /proc.
//   node test/matrix/random-trees.mjs [--trees 2000] [--seed 1] > random-trees.md      (build the package first)
// Each process of a tree is a Perl process, with any of: a session of its own, a double fork, exec, an ignored SIGTERM, a stop, a
// held or closed descriptor, an end before or after its children. It writes its pid and start time into a file by itself; which of
// them are alive at the end is read from /proc by these lines alone. Half of the trees are reported, half of them killed.
import { spawn } from 'node:child_process'
import {
  // eslint-disable-next-line n/no-unsupported-features/node-builtins -- cpSync was experimental in name only before 22.3
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: { trees: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } },
})
const trees = Number(options.trees)
const treesPerRun = Math.min(25, trees)
const scratch = mkdtempSync(path.join(tmpdir(), 'random-trees-'))
// A copy: the package can be built again while this runs.
const dist = path.join(scratch, 'package', 'dist')
cpSync(fileURLToPath(new URL('../../dist/', import.meta.url)), dist, { recursive: true })
writeFileSync(path.join(scratch, 'package', 'package.json'), JSON.stringify({ type: 'module' }))

/** @typedef {{id: string, setsid: boolean, double: boolean, exec: boolean, deaf: boolean, stopped: boolean, closed: boolean, ends: boolean, children: TreeNode[]}} TreeNode */
/** @typedef {{node: TreeNode, how: 'spawn' | 'detached' | 'shell', stdio: 'ignore' | 'pipe'}} Tree */
/** @typedef {{pid: number, start: string, ends: boolean}} Started */

/** @param {number} seed */
function createRandom(seed) {
  let state = seed >>> 0
  // mulberry32: small, and the same everywhere.
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = createRandom(Number(options.seed))
const chance = (/** @type {number} */ probability) => random() < probability

/** @param {string} id @param {number} depth @returns {TreeNode} */
function createNode(id, depth) {
  const count = depth >= 3 ? 0 : Math.floor(random() * (depth === 0 ? 4 : 3))
  return {
    id,
    setsid: chance(0.25),
    double: depth > 0 && chance(0.25),
    exec: chance(0.3),
    deaf: chance(0.25),
    stopped: chance(0.1),
    closed: chance(0.3),
    ends: chance(0.3),
    children: Array.from({ length: count }, (_, index) => createNode(`${id}.${index}`, depth + 1)),
  }
}

/** @param {TreeNode} node @returns {TreeNode[]} */
const allOf = (node) => [node, ...node.children.flatMap(allOf)]

/** A tree as a Perl value. @param {TreeNode} node @returns {string} */
const toPerl = ({ id, children, ...flags }) =>
  `{id=>'${id}',${Object.entries(flags)
    .map(([name, isSet]) => `${name}=>${isSet ? 1 : 0}`)
    .join()},children=>[${children.map(toPerl).join()}]}`

const perl = path.join(scratch, 'tree.pl')
writeFileSync(
  perl,
  String.raw`use strict; use POSIX ();
my ($directory, $text) = @ARGV;
sub start { my ($node) = @_;
  my $pid = fork(); die 'fork' unless defined $pid;
  return if $pid;
  if ($node->{double}) { my $second = fork(); POSIX::_exit(0) if $second }
  live($node);
}
sub live { my ($node) = @_;
  POSIX::setsid() if $node->{setsid};
  $SIG{TERM} = 'IGNORE' if $node->{deaf};
  $SIG{CHLD} = 'IGNORE';
  if ($node->{closed}) { POSIX::close($_) for 0 .. 9 }
  start($_) for @{$node->{children}};
  open(my $stat, '<', "/proc/$$/stat"); my $line = <$stat>; close($stat); $line =~ s/.*\) //s;
  my $start = (split / /, $line)[19];
  my $file = "$directory/$node->{id}";
  open(my $out, '>', "$file.part"); print $out "$$ $start $node->{ends}"; close($out); rename("$file.part", $file);
  if ($node->{ends}) { select(undef, undef, undef, 0.1); POSIX::_exit(0) }
  kill 'STOP', $$ if $node->{stopped};
  if ($node->{exec}) { exec 'sleep', '1200' }
  sleep 1200; POSIX::_exit(0);
}
live(eval $text);
`,
)

const program = path.join(scratch, 'root.cjs')
writeFileSync(
  program,
  `const { spawn } = require('node:child_process')
const { readFileSync, readdirSync } = require('node:fs')
const { trees, perl, directory, count } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
for (const { text, how, stdio } of trees) {
  const command = how === 'shell' ? ['sh', '-c', 'perl "$0" "$1" "$2"; sleep 1200', perl, directory, text] : ['perl', perl, directory, text]
  const child = spawn(command[0], command.slice(1), { stdio, detached: how === 'detached' })
  child.on('error', (error) => { throw error })
  child.stdout?.resume()
}
const isGone = (name) => {
  const [pid, start, ends] = readFileSync(directory + '/' + name, 'utf8').split(' ')
  if (ends !== '1') return true
  try {
    const fields = readFileSync('/proc/' + pid + '/stat', 'utf8').replace(/^.*\\) /s, '').split(' ')
    return fields[19] !== start || /[ZX]/.test(fields[0])
  } catch { return true }
}
const timer = setInterval(() => {
  const names = readdirSync(directory).filter((name) => !name.endsWith('.part'))
  if (names.length < count || !names.every(isGone)) return
  clearInterval(timer)
  setTimeout(() => process.exit(), 100)
}, 50)
`,
)

/** @param {number} pid @returns {{start: string, state: string} | undefined} */
function readProcess(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return { state: fields[0] ?? '', start: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

/** @param {Started} node */
const isAlive = ({ pid, start }) => {
  const current = readProcess(pid)
  return current?.start === start && !/[ZX]/.test(current.state)
}

/** @param {number} run @param {Tree[]} batch @param {'report' | 'kill'} mode */
async function tryTrees(run, batch, mode) {
  const directory = path.join(scratch, `run-${run}`)
  const files = path.join(directory, 'nodes')
  mkdirSync(files, { recursive: true })
  const nodes = batch.flatMap(({ node }) => allOf(node))
  const input = path.join(directory, 'input.json')
  const described = batch.map(({ node, how, stdio }) => ({ text: toPerl(node), how, stdio }))
  writeFileSync(input, JSON.stringify({ trees: described, perl, directory: files, count: nodes.length }))
  const reportFile = path.join(directory, 'report.json')
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('RUNTIME_GUARD_') && name !== 'NODE_OPTIONS'),
  )
  const child = spawn(process.execPath, ['--require', path.join(dist, 'register.cjs'), program, input], {
    env: {
      ...env,
      RUNTIME_GUARD_MODE: mode,
      RUNTIME_GUARD_OUT: `json:${reportFile}`,
      RUNTIME_GUARD_DIR: path.join(directory, 'runs'),
      RUNTIME_GUARD_KILL_GRACE_MS: '500',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), 900_000)
  await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject))
  clearTimeout(timer)

  const started = new Map(
    readdirSync(files).map((name) => {
      const [pid, start, ends] = readFileSync(path.join(files, name), 'utf8').split(' ')
      return [name, { pid: Number(pid), start: start ?? '', ends: ends === '1' }]
    }),
  )
  const left = [...started].filter(([, node]) => isAlive(node))
  const report = JSON.parse(readFileSync(reportFile, 'utf8'))
  /** @type {string[]} */
  const mismatches = []
  const staying = [...started].filter(([, node]) => !node.ends)
  if (started.size !== nodes.length) mismatches.push(`run ${run}: ${started.size} of ${nodes.length} processes started`)
  const named = new Set(
    [...report.findings, ...(report.policy?.allowed ?? []).map((/** @type {any} */ { finding }) => finding)].flatMap(
      ({ child: process, descendants }) => [process?.pid, ...descendants.map((/** @type {any} */ { pid }) => pid)],
    ),
  )
  for (const [id, { pid }] of staying) if (!named.has(pid)) mismatches.push(`run ${run}: ${id} is alive and not named`)
  for (const [id, node] of started)
    if (node.ends && named.has(node.pid)) mismatches.push(`run ${run}: ${id} has ended and is named`)
  if (mode === 'report') {
    for (const [id] of staying)
      if (!left.some(([other]) => other === id)) mismatches.push(`run ${run}: ${id} was ended by a report`)
  } else {
    for (const [id] of left) mismatches.push(`run ${run}: ${id} has survived mode kill`)
    for (const { pid, reason } of report.kill?.survivors ?? [])
      mismatches.push(`run ${run}: ${pid} survived: ${reason}`)
  }
  for (const pid of mode === 'report' ? named : []) if (typeof pid === 'number') endProcess(pid)
  for (const [, { pid }] of left) endProcess(pid)
  if (mismatches.length === 0) rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  return { processes: nodes.length, left: staying.length, mismatches }
}

/** @param {number} pid */
function endProcess(pid) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

const total = { trees: 0, processes: 0, left: 0 }
/** @type {string[]} */
const mismatches = []
for (let run = 0; total.trees < trees; run++) {
  const batch = Array.from({ length: Math.min(treesPerRun, trees - total.trees) }, (_, index) => ({
    node: createNode(`${run}-${index}`, 0),
    how: /** @type {Tree['how']} */ (['spawn', 'detached', 'shell'][Math.floor(random() * 3)]),
    stdio: /** @type {Tree['stdio']} */ (chance(0.5) ? 'ignore' : 'pipe'),
  }))
  const result = await tryTrees(run, batch, run % 2 === 0 ? 'report' : 'kill')
  total.trees += batch.length
  total.processes += result.processes
  total.left += result.left
  mismatches.push(...result.mismatches)
  if (result.mismatches.length > 0) console.error(result.mismatches.join('\n'))
}
if (mismatches.length === 0) rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
console.log(`# Random process trees

Written by \`test/matrix/random-trees.mjs --trees ${trees} --seed ${options.seed}\` on Node ${process.version}.

${total.trees} trees, ${total.processes} processes, ${total.left} of them alive at the end of their program; ${mismatches.length} mismatches between what the report names, what mode \`kill\` leaves and \`/proc\`.`)
process.exitCode = mismatches.length > 0 ? 1 : 0
