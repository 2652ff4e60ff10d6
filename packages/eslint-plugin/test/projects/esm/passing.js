import { spawn } from 'node:child_process'
import { collect, ended, keep, logPid, onFailure } from './helpers/index.js'
import { guard, watch } from './helpers/keeper.js'

const quiet = { stdio: 'ignore' }

export function onlyLooking() {
  const child = spawn('a', quiet) // reports no-floating-child, require-error-listener
  logPid(child)
}

export async function observed() {
  const child = spawn('a', quiet)
  onFailure(child, console.error)
  await ended(child)
}

export function handledOnly() {
  const child = spawn('a', quiet) // reports no-floating-child
  onFailure(logPid(child), console.error)
}

export function drained() {
  const child = spawn('a', { stdio: ['ignore', 'pipe', 'inherit'] }) // reports no-undrained-pipe
  child.on('error', console.error).on('exit', console.log)
  logPid(child)
  const other = spawn('b', { stdio: ['ignore', 'pipe', 'inherit'] })
  other.on('error', console.error).on('exit', console.log)
  return collect(other.stdout)
}

// classes of other files are not followed
export function inFields() {
  guard(spawn('a', quiet).on('error', console.error))
}

export function inCollections() {
  watch(spawn('a', quiet).on('error', console.error))
}

export function kept() {
  keep(spawn('a', quiet))
}

export async function tooLate() {
  const child = spawn('a', quiet).on('exit', console.log) // reports no-late-listener
  await fetch('http://localhost')
  onFailure(child, console.error)
}
