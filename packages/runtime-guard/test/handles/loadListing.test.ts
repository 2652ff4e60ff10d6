import { expect, it } from 'vitest'
import { loadListing } from '../../src/handles/loadListing.ts'

it('says what to install where why-is-node-running is not', () => {
  expect(() => loadListing(['/nowhere/package.json'])).toThrow(
    'RUNTIME_GUARD_HANDLES needs the package why-is-node-running, which is not installed here: npm install --save-dev why-is-node-running.',
  )
})
