/** They ask the system for one fact, or change one entry of a directory: over in a moment, with a line of output at most. */
export const QUICK_COMMANDS: readonly string[] = [
  ...[
    'arch',
    'chcp',
    'chmod',
    'chown',
    'command',
    'date',
    'echo',
    'getconf',
    'hostname',
    'id',
    'kill',
    'killall',
    'ln',
  ],
  ...[
    'locale',
    'mkdir',
    'nproc',
    'pkill',
    'pwd',
    'readlink',
    'realpath',
    'renice',
    'stty',
    'sw_vers',
    'taskkill',
    'touch',
  ],
  ...['tput', 'true', 'tty', 'uname', 'ver', 'which', 'where', 'whoami', 'wslpath', 'xcode-select'],
]

/** They ask the system, or a tool for its own settings. */
export const SYSTEM_QUERIES: readonly string[] = [
  'defaults',
  'ifconfig',
  'ioreg',
  'ldd',
  'lsb_release',
  'ps',
  'reg',
  'sysctl',
  'tasklist',
  'npm config',
  'npm root',
  'npm prefix',
]

/** They read what is on the disk, without network, lock, editor or prompt. */
export const LOCAL_QUERIES: readonly string[] = [
  ...[
    'blame',
    'branch',
    'cat-file',
    'check-ignore',
    'config',
    'describe',
    'diff',
    'diff-index',
    'diff-tree',
    'for-each-ref',
  ],
  ...['init', 'log', 'ls-files', 'ls-tree', 'merge-base', 'name-rev', 'rev-list', 'rev-parse', 'shortlog', 'show'],
  ...['show-ref', 'status', 'symbolic-ref', 'tag', 'var', 'version'],
].map((subcommand) => `git ${subcommand}`)

/** They hand something over to a program of the desktop, or end another process; what follows tells whether it worked. */
export const MESSENGERS: readonly string[] = [
  ...['explorer', 'gio', 'kill', 'killall', 'open', 'pkill', 'start', 'taskkill', 'wslview', 'xdg-open'],
]

/** They build, install, test, convert or list, and print a line for each step: a megabyte is soon there. */
export const TALKATIVE_COMMANDS: readonly string[] = [
  ...['npm ci', 'npm i', 'npm install', 'npm run', 'npm test', 'npm update', 'yarn', 'yarn *', 'pnpm *', 'bun *'],
  ...[
    'make',
    'make *',
    'cmake',
    'cmake *',
    'ninja',
    'cargo *',
    'go build',
    'go test',
    'mvn',
    'mvn *',
    'gradle *',
    'gradlew',
  ],
  ...['gradlew *', 'xcodebuild', 'xcodebuild *', 'node-gyp *', 'docker build', 'docker pull', 'docker compose'],
  ...[
    'docker-compose *',
    'pip install',
    'pip3 install',
    'bundle *',
    'apt-get *',
    'apt *',
    'brew *',
    'ffmpeg',
    'ffmpeg *',
  ],
  ...[
    'tsc',
    'tsc *',
    'webpack',
    'webpack *',
    'jest',
    'jest *',
    'vitest *',
    'mocha',
    'mocha *',
    'eslint *',
    'find',
    'find *',
    'rsync *',
  ],
]
