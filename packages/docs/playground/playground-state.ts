import type { Language } from './protocol.ts'

/** All that a link to the playground carries. */
export interface PlaygroundState {
  readonly code: string
  readonly language: Language
  /** The configuration that the rules start from. */
  readonly config: 'all' | 'recommended' | 'strict'
  /** Rules that are switched otherwise than the configuration does. */
  readonly switched: Readonly<Record<string, boolean>>
}

const configs = ['recommended', 'strict', 'all'] as const

/** The state as the fragment of an address, without `#`. */
export function writeState({ code, config, language, switched }: PlaygroundState): string {
  const bytes = new TextEncoder().encode(JSON.stringify([code, language, config, switched]))
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The state of a fragment; `undefined` for one that the playground has not written. */
export function readState(fragment: string): PlaygroundState | undefined {
  try {
    const binary = atob(fragment.replace(/^#/, '').replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0))
    const value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
    if (!Array.isArray(value)) return undefined
    const [code, language, config, switched] = value as unknown[]
    if (typeof code !== 'string' || (language !== 'js' && language !== 'ts')) return undefined
    const known = configs.find((name) => name === config)
    return known && { code, language, config: known, switched: readSwitches(switched) }
  } catch {
    return undefined
  }
}

function readSwitches(value: unknown): Record<string, boolean> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean'),
  )
}
