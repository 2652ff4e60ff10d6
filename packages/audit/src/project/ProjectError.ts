/** What the caller named cannot be audited as it stands; the message is one sentence for them. */
export class ProjectError extends Error {
  override readonly name: string = 'ProjectError'
}
