import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * Absolute path of a file of the repository.
 * @param {string} file relative to the repository, with forward slashes
 */
export const inRepository = (file) => path.join(root, file)

/**
 * @param {string} file relative to the repository
 * @returns {string}
 */
export const readRepositoryFile = (file) => readFileSync(inRepository(file), 'utf8')
