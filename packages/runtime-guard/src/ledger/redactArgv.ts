/** What stands where a secret stood. */
export const redacted = '[redacted]'

const longestArgument = 2000
const mostArguments = 100

/** Names of options and variables whose value is a secret, wherever the word stands in the name. */
const secretName =
  /(?:^|[-_.])(?:pass(?:word|wd|phrase|code)?|pwd|secrets?|tokens?|auth|authorization|bearer|credentials?|cookie|session|jwt|(?:api|access|private|secret|signing|encryption|client|account|storage|auth|master)[-_.]?keys?)(?:$|[-_.])/i

/** Same, for names written in one word (`--authToken`, `PGPASSWORD`, `MYSQL_PWD`). */
const secretSuffix =
  /(?:password|passwd|passphrase|secret|token|apikey|accesskey|privatekey|secretkey|credentials?|pwd)$/i

function isSecretName(name: string): boolean {
  const bare = name.replace(/^-+/, '')
  return secretName.test(bare) || secretSuffix.test(bare)
}

/** Options whose value is public although the name sounds otherwise. */
const harmlessName =
  /^-*(?:no-.*|session[-_]?(?:id|name)|token(?:s|ize|izer)|max[-_]tokens|.*[-_]tokens|pass|auth[-_]?(?:type|method|mode))$/i

/** Tokens that are secrets by their shape: GitHub, npm, Slack, AWS, Stripe, JWT, private keys. */
const secretShapes =
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|npm_[A-Za-z0-9]{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|A(?:K|S)IA[A-Z0-9]{16}|[rs]k_(?:live|test)_\w{10,}|sk-[\w-]{20,}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g

/** `scheme://user:password@host`: everything between the scheme and the last @ before the path. */
const userInfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#'"]*@/gi

/** `Authorization: Bearer …` in a header that is passed on a command line. */
const header = /\b((?:proxy-)?authorization|x-api-key|x-auth-token|cookie|private-token)(\s*:\s*).+/gi

/** `name=value` inside a text: a query string, an assignment before a command, an option with its value. */
const assignment = /([-\w.]+)(=)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s&;|'"]+)/g

/** `--name value` inside the text of a shell command. */
const optionInText = /(^|\s)(--?[A-Za-z][-\w.]*)(\s+)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s\-&;|<>][^\s&;|<>]*)/g

/**
 * A command line that can be written down: secrets are replaced, and it is cut to a bounded size.
 * `patterns` are globs (`*` stands for anything); an argument that matches one is replaced whole.
 */
export function redactArgv(argv: readonly string[], patterns: readonly string[] = []): string[] {
  const globs = patterns.map(globToRegExp)
  const result: string[] = []
  let expectsSecret = false
  for (const argument of argv.slice(0, mostArguments)) {
    if (expectsSecret && !argument.startsWith('-')) {
      result.push(redacted)
      expectsSecret = false
      continue
    }
    expectsSecret = /^--?[A-Za-z][-\w.]*$/.test(argument) && names(argument)
    result.push(globs.some((glob) => glob.test(argument)) ? redacted : redactWord(argument))
  }
  if (argv.length > mostArguments) result.push(`… ${argv.length - mostArguments} more`)
  return result
}

/** An argument of its own: the value of an option may hold spaces. */
function redactWord(argument: string): string {
  const name = /^--?[A-Za-z][-\w.]*(?==)/.exec(argument)?.[0]
  return name !== undefined && names(name) ? `${name}=${redacted}` : redactText(argument)
}

/** The same for one text: an argument, or a whole shell command. */
export function redactText(text: string): string {
  const cut = text.length > longestArgument ? `${text.slice(0, longestArgument)}…` : text
  return cut
    .replace(secretShapes, redacted)
    .replace(userInfo, `$1${redacted}@`)
    .replace(header, `$1$2${redacted}`)
    .replace(assignment, (whole, name: string, equals: string) => (names(name) ? name + equals + redacted : whole))
    .replace(optionInText, (whole, before: string, name: string, gap: string) =>
      names(name) ? before + name + gap + redacted : whole,
    )
}

function names(name: string): boolean {
  return isSecretName(name) && !harmlessName.test(name)
}

function globToRegExp(glob: string): RegExp {
  return new RegExp(
    `^${glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replace(/\?/g, '.')}$`,
    's',
  )
}
