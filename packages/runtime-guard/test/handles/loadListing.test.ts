import { expect, it } from 'vitest'
import { loadListing } from '../../src/handles/loadListing.ts'

it('says what to install where it is not', () => {
  expect(() => loadListing([import.meta.filename], 'no-such-listing')).toThrow(
    'RUNTIME_GUARD_HANDLES needs the package no-such-listing, which is not installed here: npm install --save-dev no-such-listing.',
  )
})
