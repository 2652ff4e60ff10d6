import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

interface CorpusPackage {
  readonly name: string
  readonly version: string
  readonly integrity: string
  readonly half: string
}
interface ReadSite {
  readonly package: string
  readonly half: string
  readonly defects: Readonly<Record<string, string>>
  readonly why: string
}
interface Label {
  readonly label: string
  readonly why: string
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`corpus/${name}`, import.meta.url), 'utf8'))
}

const corpus = read('corpus.json') as CorpusPackage[]
const sites = read('sites.json') as ReadSite[]
const labels = read('labels.json') as Record<string, Label>

/** A bit of a hash of the name, spelt out here a second time so that a change of the runner's cannot move a package unseen. */
function computeHalf(name: string): string {
  const first = createHash('sha256').update(`corpus:${name}`).digest()[0] ?? 0
  return first % 2 === 1 ? 'held-out' : 'dev'
}

describe('the pinned corpus', () => {
  test('has at least 160 packages, each pinned by version and integrity, none twice', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(160)
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length)
    const loose = corpus.filter(
      ({ version, integrity }) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) || !integrity.startsWith('sha512-'),
    )
    expect(loose).toEqual([])
  })

  test('is halved by a hash of the name', () => {
    expect(corpus.filter(({ name, half }) => half !== computeHalf(name)).map(({ name }) => name)).toEqual([])
  })

  test('has sixty read sites in each half, each in the half of its package', () => {
    const halves = new Map(corpus.map(({ name, half }) => [name, half]))
    expect(sites.filter((site) => halves.get(site.package) !== site.half)).toEqual([])
    expect(sites.filter(({ half }) => half === 'dev')).toHaveLength(60)
    expect(sites.filter(({ half }) => half === 'held-out')).toHaveLength(60)
  })

  test('knows three labels, each with its reason', () => {
    const values = [
      ...Object.values(labels),
      ...sites.flatMap(({ defects, why }) => Object.values(defects).map((label) => ({ label, why }))),
    ]
    expect([...new Set(values.map(({ label }) => label))].sort()).toEqual(['false', 'latent', 'true'])
    expect(values.filter(({ why }) => !/^.{3,}\.$/.test(why))).toEqual([])
  })

  test('labels only findings in packages of the corpus', () => {
    const names = corpus.map(({ name }) => name)
    expect(Object.keys(labels).filter((key) => !names.some((name) => key.startsWith(`${name}/`)))).toEqual([])
  })
})
