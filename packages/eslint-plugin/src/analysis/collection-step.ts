/** A step of a path that leads to some element of a collection, which one is not known. */
export type CollectionStep = typeof ELEMENT | typeof ENTRY | typeof KEY | typeof VALUE

/** Of an array, a set or an iterator. */
export const ELEMENT = '[element]'
/** Of an object whose property names are computed. */
export const ENTRY = '[entry]'
export const KEY = '[key of a map]'
export const VALUE = '[value of a map]'

type Path = readonly string[]

const STEPS: readonly string[] = [ELEMENT, ENTRY, KEY, VALUE]

/** A step into a collection, or the index of an array that is written out. */
export function isCollectionStep(step: string | undefined): boolean {
  return step !== undefined && (STEPS.includes(step) || isIndex(step))
}

export function isIndex(step: string): boolean {
  return /^\d+$/.test(step)
}

/** Where a value lies in what a loop, a spread or `Array.from` gets from the collection that holds it. */
export function iterate([step, ...rest]: Path): Path | undefined {
  if (step === undefined || step === ENTRY) return undefined
  if (step === VALUE) return ['1', ...rest]
  if (step === KEY) return ['0', ...rest]
  return step === ELEMENT || isIndex(step) ? rest : undefined
}

/** Where a value lies in the collection that a function of the language makes of another one. */
export function convert(callee: string | undefined, path: Path): Path | undefined {
  const [step, ...rest] = path
  if (step === undefined) return undefined
  const iterated = iterate(path)
  switch (callee) {
    case 'Array.from':
    case 'Iterator.from':
    case 'Set':
      return iterated && [ELEMENT, ...iterated]
    case 'Map': {
      const [side, ...inner] = iterated ?? []
      return side === '1' ? [VALUE, ...inner] : side === '0' ? [KEY, ...inner] : undefined
    }
    case 'Object.values':
      return step === VALUE || step === KEY ? undefined : [ELEMENT, ...rest]
    case 'Object.entries':
      return step === VALUE || step === KEY ? undefined : [ELEMENT, '1', ...rest]
    case 'Object.freeze':
      return path
    default:
      return undefined
  }
}

/** What a property of a collection, or an element taken by a pattern, has of the value; `'nothing'` when it lies elsewhere. */
export function selectStep([step, ...rest]: Path, name: string | undefined): Path | 'nothing' | undefined {
  if (step === undefined) return undefined
  if (step === ENTRY) return rest
  if (step === VALUE || step === KEY) return name === 'size' ? 'nothing' : undefined
  if (name === undefined) return rest
  if (step === ELEMENT ? isIndex(name) : step === name) return rest
  return isIndex(name) || name === 'length' || name === 'size' ? 'nothing' : undefined
}

/** What a method of a collection does with the value that lies in it. */
export interface CollectionCall {
  /** The parameter of the callback that gets the value, and where it lies in that. */
  readonly callback?: { readonly index: number; readonly path: Path }
  /** Where it lies in what the call gives; `'returned'`: an array of what the callback returns. */
  readonly result?: Path | 'returned'
}

const LOOKS: CollectionCall = {}

/** `undefined` for a method that no collection has: it may do anything. */
export function readCollectionCall(path: Path, method: string, argumentCount: number): CollectionCall | undefined {
  const [step, ...rest] = path
  if (step === VALUE || step === KEY) return readMapCall(step, rest, method)
  return step === ELEMENT || (step !== undefined && isIndex(step))
    ? readListCall(rest, method, argumentCount)
    : undefined
}

function readListCall(rest: Path, method: string, argumentCount: number): CollectionCall | undefined {
  const some = [ELEMENT, ...rest]
  const each = { index: 0, path: rest }
  switch (method) {
    case 'forEach':
    case 'some':
    case 'every':
    case 'findIndex':
    case 'findLastIndex':
      return { callback: each }
    case 'map':
      return { callback: each, result: 'returned' }
    case 'filter':
      return { callback: each, result: some }
    case 'find':
    case 'findLast':
      return { callback: each, result: rest }
    case 'reduce':
    case 'reduceRight':
      // without a start value the first element is the first accumulator
      return argumentCount < 2 ? undefined : { callback: { index: 1, path: rest } }
    case 'at':
    case 'pop':
    case 'shift':
      return { result: rest }
    case 'next':
      return { result: ['value', ...rest] }
    case 'entries':
      return { result: [ELEMENT, '1', ...rest] }
    case 'add':
    case 'concat':
    case 'copyWithin':
    case 'fill':
    case 'reverse':
    case 'slice':
    case 'sort':
    case 'splice':
    case 'toReversed':
    case 'toSorted':
    case 'toSpliced':
    case 'values':
    case 'with':
      return { result: some }
    case 'clear':
    case 'delete':
    case 'has':
    case 'includes':
    case 'indexOf':
    case 'join':
    case 'keys':
    case 'lastIndexOf':
    case 'push':
    case 'unshift':
      return LOOKS
    default:
      return undefined
  }
}

function readMapCall(step: typeof KEY | typeof VALUE, rest: Path, method: string): CollectionCall | undefined {
  switch (method) {
    case 'get':
      return step === VALUE ? { result: rest } : LOOKS
    case 'set':
      return { result: [step, ...rest] }
    case 'forEach':
      return { callback: { index: step === VALUE ? 0 : 1, path: rest } }
    case 'entries':
      return { result: [ELEMENT, step === VALUE ? '1' : '0', ...rest] }
    case 'values':
      return step === VALUE ? { result: [ELEMENT, ...rest] } : LOOKS
    case 'keys':
      return step === KEY ? { result: [ELEMENT, ...rest] } : LOOKS
    case 'clear':
    case 'delete':
    case 'has':
      return LOOKS
    default:
      return undefined
  }
}
