import type { OptionsPlace } from '../../fix/set-option.ts'
import type { SpawnSite } from '../../analysis/spawn-site.ts'

/** Where an option can be written; `undefined` when the options are given in another place, or not plain to see. */
export function getOptionsPlace({
  arguments: { args, command, options },
  handedBack,
  node,
  options: { shape },
}: SpawnSite): OptionsPlace | undefined {
  // other callers of the function have to do with the options as well
  if (node.type !== 'CallExpression' || handedBack) return undefined
  if (options.is === 'known') return shape.literal && { literal: shape.literal, previous: undefined }
  if (options.is === 'unknown' || args.is === 'unknown') return undefined
  const previous = args.is === 'known' ? args.value : command
  return previous && { literal: undefined, previous }
}
