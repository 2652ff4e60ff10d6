/** How time grows with the number of sites and with the length of a function: the exponent of a power law fitted to generated files. */
import { Linter } from 'eslint'

const HEAD = "import { spawn } from 'node:child_process'\n"
export const SIZES = [100, 316, 1000, 3162, 10_000]

/** @type {Record<string, (size: number) => string>} */
export const SHAPES = {
  'sites, a function each': (size) =>
    HEAD +
    Array.from(
      { length: size },
      (_, i) =>
        `export function f${i}(a) {\n  const child = spawn('a', [a])\n  if (a) return\n  child.on('close', () => {})\n}`,
    ).join('\n'),
  'sites, all in one function': (size) =>
    `${HEAD}export function f(a) {\n${Array.from({ length: size }, (_, i) => `  const c${i} = spawn('a')\n  c${i}.on('error', a)`).join('\n')}\n}`,
  'lines of a function with one site': (size) =>
    `${HEAD}export async function f(a) {\n  const child = spawn('a')\n${Array.from({ length: size }, (_, i) => (i % 9 === 0 ? `  if (a.b${i}) return` : i % 9 === 4 ? `  await a.c(${i})` : `  a.d(${i})`)).join('\n')}\n  child.on('close', () => {})\n}`,
  'lines of a function with a site in twenty': (size) =>
    `${HEAD}export async function f(a) {\n${Array.from({ length: size }, (_, i) => (i % 20 === 0 ? `  const c${i} = spawn('a', { signal: a })` : i % 20 === 9 ? `  if (a.b${i}) return` : i % 20 === 15 ? `  c${i - 15}.on('exit', a)` : `  a.d(${i})`)).join('\n')}\n}`,
  'uses of one handle': (size) =>
    `${HEAD}export function f(a) {\n  const child = spawn('a')\n${Array.from({ length: size }, (_, i) => `  child.on('message', () => a(${i}))`).join('\n')}\n}`,
  'lines that name no child': (size) =>
    `${HEAD}spawn('a')\n${Array.from({ length: size }, (_, i) => `export const v${i} = (a) => a.exec(${i})`).join('\n')}`,
}

/**
 * Least squares in logarithms: time ≈ c · sizeᵏ.
 * @param {readonly { size: number, ms: number }[]} points
 * @returns {number} k
 */
export function fitExponent(points) {
  const logs = points.map(({ size, ms }) => [Math.log(size), Math.log(ms)])
  const mean = (/** @type {number} */ axis) => logs.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / logs.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const covariance = logs.reduce((sum, [x = 0, y = 0]) => sum + (x - meanX) * (y - meanY), 0)
  const variance = logs.reduce((sum, [x = 0]) => sum + (x - meanX) ** 2, 0)
  return covariance / variance
}

/**
 * Runs `measure` with ESLint's stopwatch, which is `process.hrtime()`, on the CPU time of this process: a run of some seconds is seldom left alone by its
 * neighbours. Too coarse for what takes microseconds.
 * @template T
 * @param {() => T} measure
 * @returns {T}
 */
function withCpuClock(measure) {
  const { hrtime } = process
  const clock = (/** @type {[number, number] | undefined} */ since) => {
    const { system, user } = process.cpuUsage()
    const now = user + system - (since ? since[0] * 1e6 + since[1] / 1000 : 0)
    return /** @type {[number, number]} */ ([Math.floor(now / 1e6), (now % 1e6) * 1000])
  }
  process.hrtime = Object.assign(clock, { bigint: hrtime.bigint })
  try {
    return measure()
  } finally {
    process.hrtime = hrtime
  }
}

/**
 * @param {import('./measure.mjs').Contender} contender
 * @param {number} repetitions of the large sizes; the small ones have more
 * @returns {{ shape: string, rulesExponent: number, parseExponent: number, points: { size: number, rulesMs: number, parseMs: number }[] }[]} the least of the repetitions at each size
 */
export function measureGrowth(contender, repetitions) {
  const linter = new Linter({ configType: 'flat' })
  /** @type {any} */
  const config = [{ files: ['**/*.mjs'], plugins: contender.plugins, rules: contender.rules }]
  const run = (/** @type {string} */ text) => {
    // A folder that does not exist: nothing is read from the disk.
    linter.verifyAndFix(
      text,
      config,
      /** @type {any} */ ({
        filename: 'no-such-folder/generated.mjs',
        fix: false,
        stats: true,
        allowInlineConfig: false,
      }),
    )
    let parseMs = 0
    let rulesMs = 0
    for (const pass of linter.getTimes().passes) {
      parseMs += pass.parse?.total ?? 0
      for (const { total } of Object.values(pass.rules ?? {})) rulesMs += total
    }
    return { parseMs, rulesMs }
  }
  return Object.entries(SHAPES).map(([shape, build]) => {
    for (let warm = 0; warm < 30; warm++) run(build(300))
    const points = SIZES.map((size) => {
      const text = build(size)
      // what takes a millisecond is disturbed more than what takes a second
      const count = repetitions * Math.ceil(3000 / size)
      const results = withCpuClock(() => Array.from({ length: count }, () => run(text)))
      return {
        size,
        rulesMs: Math.min(...results.map((r) => r.rulesMs)),
        parseMs: Math.min(...results.map((r) => r.parseMs)),
      }
    })
    return {
      shape,
      rulesExponent: fitExponent(points.map(({ size, rulesMs }) => ({ size, ms: rulesMs }))),
      parseExponent: fitExponent(points.map(({ size, parseMs }) => ({ size, ms: parseMs }))),
      points,
    }
  })
}
