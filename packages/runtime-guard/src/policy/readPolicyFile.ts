import { readFileSync } from 'node:fs'
import type { AllowMatch, AllowRule, BaselineEntry } from './Policy.ts'

const matchKeys: readonly (keyof AllowMatch)[] = ['code', 'argv0', 'args', 'site', 'test']

/**
 * Reads a file of allow rules, `{"rules": [{"match": {…}, "reason": "…", "until": "YYYY-MM-DD"}]}`. What is wrong is said
 * through `warn`, a sentence each, and accepts nothing. Never throws.
 */
export function readAllowRules(path: string, warn: (sentence: string) => void): AllowRule[] {
  const entries = readArray(path, 'rules', warn)
  return entries.flatMap((entry, index) => {
    const problem = findRuleProblem(entry)
    if (problem === undefined) return [entry as AllowRule]
    warn(`${path}: rule ${index + 1} ${problem}, so it accepts nothing.`)
    return []
  })
}

/** Reads a baseline, `{"baseline": [{"code": "…", "file": "…", "name": "…", "count": 1}]}`, in the same way. */
export function readBaseline(path: string, warn: (sentence: string) => void): BaselineEntry[] {
  const entries = readArray(path, 'baseline', warn)
  return entries.flatMap((entry, index) => {
    if (isBaselineEntry(entry)) return [entry]
    warn(`${path}: entry ${index + 1} must have code, file, name and count, so it accepts nothing.`)
    return []
  })
}

/** The text of a baseline file. */
export function formatBaseline(entries: readonly BaselineEntry[]): string {
  return `${JSON.stringify({ baseline: entries }, null, 2)}\n`
}

function readArray(path: string, key: string, warn: (sentence: string) => void): unknown[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    warn(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}), so it accepts nothing.`)
    return []
  }
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value) && Array.isArray(value[key])) return value[key]
  } catch (error) {
    // The message quotes the text, line breaks included.
    const reason = (error as Error).message.replaceAll(/\s+/g, ' ')
    warn(`${path} is not valid JSON (${reason}), so it accepts nothing.`)
    return []
  }
  warn(`${path} must hold JSON of the form {"${key}": […]}, so it accepts nothing.`)
  return []
}

function findRuleProblem(rule: unknown): string | undefined {
  if (!isObject(rule)) return 'must be an object'
  const { match, reason, until, ...rest } = rule
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) return `has the unknown key ${JSON.stringify(unknown)}`
  if (typeof reason !== 'string' || reason.trim() === '') return 'has no reason'
  if (until !== undefined && !isDay(until)) return 'has an "until" that is no day of the form YYYY-MM-DD'
  if (!isObject(match) || Object.keys(match).length === 0) return `has no "match" with some of ${matchKeys.join(', ')}`
  for (const [key, glob] of Object.entries(match)) {
    if (!matchKeys.some((known) => known === key))
      return `matches by ${JSON.stringify(key)}, expected some of ${matchKeys.join(', ')}`
    if (typeof glob !== 'string') return `has a "${key}" that is no text`
  }
  return undefined
}

function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return false
  const date = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)
}

function isBaselineEntry(value: unknown): value is BaselineEntry {
  return (
    isObject(value) &&
    typeof value.code === 'string' &&
    (value.file === null || typeof value.file === 'string') &&
    typeof value.name === 'string' &&
    typeof value.count === 'number' &&
    value.count > 0
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
