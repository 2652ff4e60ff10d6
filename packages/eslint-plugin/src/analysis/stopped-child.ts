import type { FollowedHandle } from './follow-handle.ts'
import { isDischarged } from './handle-use.ts'
import type { SpawnSite } from './spawn-site.ts'

/** May somebody of this program end the child by a signal, so that this end is what was wanted? */
export function mayBeStopped({ options: { signal, timeout } }: SpawnSite, { uses }: FollowedHandle): boolean {
  if (signal.is !== 'absent' || timeout.is !== 'absent') return true
  return uses.some(
    (use) =>
      use.kind === 'kill' ||
      (use.facet === 'child' && use.kind === 'escape') ||
      (use.kind === 'pid' && isDischarged(use, 'deadline')),
  )
}

/** Does the owner of the field or of the collection that keeps the child end it? Such a child runs for as long as its owner wants. */
export function isStoppedByOwner({ uses }: FollowedHandle): boolean {
  return uses.some(
    (use) =>
      use.via !== undefined &&
      use.facet === 'child' &&
      (use.kind === 'kill' || use.kind === 'pid') &&
      isDischarged(use, 'deadline'),
  )
}
