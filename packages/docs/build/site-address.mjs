/**
 * Files of the repository that are pages of the site, with their addresses.
 * @type {readonly (readonly [file: RegExp, address: string])[]}
 */
const places = [
  [/^packages\/eslint-plugin\/docs\/rules\/([a-z-]+)\.md$/, '/rules/$1'],
  [/^packages\/runtime-guard\/docs\/findings\/([a-z-]+)\.md$/, '/findings/$1'],
  [/^packages\/eslint-plugin\/docs\/rules\/?$/, '/rules/'],
  [/^packages\/runtime-guard\/docs\/findings\/?$/, '/findings/'],
  [/^packages\/runtime-guard\/docs\/cli\.md$/, '/reference/cli'],
  [/^packages\/runtime-guard\/README\.md$/, '/reference/settings'],
  [/^packages\/runtime-guard\/docs\/design\.md$/, '/contributing/guard'],
  [/^packages\/eslint-plugin\/README\.md$/, '/guide/plugin'],
  [/^ARCHITECTURE\.md$/, '/contributing/architecture'],
  [/^CONTRIBUTING\.md$/, '/contributing/'],
  [/^SECURITY\.md$/, '/contributing/security'],
  [/^NON-GOALS\.md$/, '/guide/non-goals'],
  [/^README\.md$/, '/'],
  [/^docs\/decisions\/([\w-]+)\.md$/, '/contributing/decisions/$1'],
  [/^packages\/docs\/(.*?)(?:index)?\.md$/, '/$1'],
]

/**
 * The address of a file of the repository on the site; `undefined` where it has no page.
 * @param {string} file relative to the repository, with forward slashes
 * @returns {string | undefined}
 */
export function siteAddressOf(file) {
  const place = places.find(([pattern]) => pattern.test(file))
  return place && file.replace(place[0], place[1])
}
