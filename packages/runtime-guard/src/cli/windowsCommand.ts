/** What `spawn` needs to start a command on Windows. */
export interface WindowsCommand {
  file: string
  args: string[]
  /** The arguments are quoted already. */
  windowsVerbatimArguments: boolean
}

interface Lookup {
  env: NodeJS.ProcessEnv
  cwd: string
  isFile: (path: string) => boolean
  join: (directory: string, name: string) => string
}

/**
 * Finds a command as the shell of Windows does. Programs start directly; scripts (`npm.cmd` and the other shims) only
 * start through `cmd.exe`, so their arguments are quoted for it. A command that is not found is returned as it is.
 */
export function findWindowsCommand(file: string, args: string[], lookup: Lookup): WindowsCommand {
  const found = findFile(file, lookup)
  if (found === undefined || !/\.(?:cmd|bat)$/i.test(found))
    return { file: found ?? file, args, windowsVerbatimArguments: false }
  const line = [
    escapeMeta(found.replaceAll('/', '\\')),
    ...args.map((argument) => escapeMeta(escapeMeta(quoteArgument(argument)))),
  ]
  return {
    file: lookup.env.ComSpec ?? 'cmd.exe',
    // /d: no AutoRun of the registry; /s: the outer quotes are taken off and nothing else is changed.
    args: ['/d', '/s', '/c', `"${line.join(' ')}"`],
    windowsVerbatimArguments: true,
  }
}

function findFile(file: string, { env, cwd, isFile, join }: Lookup): string | undefined {
  const extensions = (env.PATHEXT ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((extension) => extension !== '')
  const names = /\.[^./\\]+$/.test(file)
    ? [file, ...extensions.map((extension) => file + extension)]
    : extensions.map((extension) => file + extension)
  const hasDirectory = /[/\\]/.test(file)
  const path = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? ''
  const directories = hasDirectory ? [cwd] : [cwd, ...path.split(';').filter((directory) => directory !== '')]
  for (const directory of directories)
    for (const name of names) {
      const candidate = /^[a-z]:|^[/\\]/i.test(name) ? name : join(directory, name)
      if (isFile(candidate)) return candidate
    }
  return undefined
}

/** In the form that the C run-time takes apart: backslashes count double before a quote. */
function quoteArgument(argument: string): string {
  return `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`
}

/** So that `cmd.exe` passes every character on. A shim parses its arguments a second time, hence twice for them. */
function escapeMeta(text: string): string {
  return text.replace(/[()\][%!^"`<>&|;, *?]/g, '^$&')
}
