/** An option of the command; all take a value but flags. */
export interface CommandOption {
  /** One sentence. */
  readonly description: string
  /** What stands for the value in the help; absent: a flag. */
  readonly value?: string
  readonly short?: string
}

/** The options in the order of the help, which is made from them. */
export const options: Readonly<
  Record<
    'check' | 'format' | 'help' | 'output' | 'project' | 'settings' | 'verbose' | 'version' | 'write-settings',
    CommandOption
  >
> = {
  project: {
    value: 'tsconfig.json',
    short: 'p',
    description:
      'The configuration that names the files, or its folder. By default tsconfig.json, else jsconfig.json, of the working directory; without either all JavaScript and TypeScript files below it are read.',
  },
  format: { value: 'text|json|sarif', short: 'f', description: 'How the report is printed; text by default.' },
  output: { value: 'file', short: 'o', description: 'Write the report to a file, not to stdout.' },
  verbose: { description: 'In text, also list every child that is handed over, and where it is ended.' },
  settings: {
    value: 'file',
    description:
      'The reviewed file with `settings.childProcess` for the ESLint plugin; child-process.settings.json by default. What it says of packages is used by the audit.',
  },
  'write-settings': {
    description: 'Write the functions that were found to create, observe, drain or stop children into that file.',
  },
  check: { description: 'Fail when that file is not what --write-settings would write.' },
  help: { short: 'h', description: 'Print this.' },
  version: { short: 'v', description: 'Print the version.' },
}
