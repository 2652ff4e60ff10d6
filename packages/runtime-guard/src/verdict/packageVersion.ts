import manifest from '../../package.json' with { type: 'json' }

/** Version of this package; the build puts the number in its place. */
export const packageVersion: string = manifest.version
