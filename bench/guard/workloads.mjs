/** CPU microseconds of this process since `from`, printed last. */
const begin = 'const from = process.cpuUsage()\n'
const print = 'const { user, system } = process.cpuUsage(from); console.log(user + system)'

/**
 * Programs that print one number: what their work has cost. `rounds`: how many times more often than the others.
 * @type {Record<string, {text: string, rounds?: number, peerRounds?: number}>}
 */
export const workloads = {
  'start-up': {
    text: 'const { user, system } = process.cpuUsage(); console.log(user + system)',
    ...{ rounds: 6, peerRounds: 4 },
  },
  '60 starts of true(1), one after the other, each call': {
    text: `const { spawn } = require('node:child_process')
const calls = []
function next(left) {
  if (left === 0) return console.log(calls.sort((a, b) => a - b)[calls.length >> 1])
  const from = process.hrtime.bigint()
  const child = spawn('true', { stdio: 'ignore' })
  calls.push(Number(process.hrtime.bigint() - from) / 1000)
  child.on('error', (error) => { throw error }).on('close', () => next(left - 1))
}
next(60)`,
  },
  '60 starts of true(1), from the call to close': {
    text: `const { spawn } = require('node:child_process')
const cycles = []
function next(left) {
  if (left === 0) return console.log(cycles.sort((a, b) => a - b)[cycles.length >> 1])
  const from = process.hrtime.bigint()
  spawn('true', { stdio: 'ignore' }).on('error', (error) => { throw error }).on('close', () => {
    cycles.push(Number(process.hrtime.bigint() - from) / 1000)
    next(left - 1)
  })
}
next(60)`,
  },
  '700,000 awaits': {
    text: `${begin}async function work() { for (let i = 0; i < 700_000; i++) await i }\nwork().then(() => { ${print} })`,
  },
  '60,000 timers': {
    text: `${begin}let left = 60_000\nfor (let i = 0; i < 60_000; i++) setTimeout(() => { if (--left === 0) { ${print} } }, i % 50)`,
  },
  '20,000 emitters': {
    text: `const { EventEmitter } = require('node:events')
${begin}for (let i = 0; i < 20_000; i++) {
  const emitter = new EventEmitter()
  emitter.on('a', () => {}).once('b', () => {})
  for (let j = 0; j < 20; j++) emitter.emit('a', j)
  emitter.emit('b')
}
${print}`,
  },
  '12,000 file operations': {
    text: `const { stat } = require('node:fs/promises')
${begin}async function work() { for (let i = 0; i < 3_000; i++) await Promise.all([stat('.'), stat('/'), stat('.'), stat('/')]) }
work().then(() => { ${print} })`,
  },
}
