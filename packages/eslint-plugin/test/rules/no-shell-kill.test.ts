import { testRule } from './rule-tester.ts'

const imports = `import { exec, execFile, execSync, spawn } from 'node:child_process'\nimport { promisify } from 'node:util'\nconst run = promisify(exec)\n`
/** The child is killed on line 7. */
const killed = (start: string, kill = 'child.kill()'): string =>
  `${imports}export function open(command, done) {\n  const child = ${start}\n  child.on('error', done)\n  setTimeout(() => { ${kill} }, 5000)\n}`
const dash = ', where that is dash as on Debian and Ubuntu'

testRule('no-shell-kill', {
  valid: [
    { name: 'no shell', code: killed(`spawn('node', ['server.js'])`) },
    { name: 'a shell that becomes the command', code: killed(`spawn('exec node server.js', { shell: true })`) },
    {
      name: 'a shell that becomes the last command',
      code: killed(`spawn('cd app && exec node server.js', { shell: true })`),
    },
    {
      name: 'a prefix that is put in front in another place',
      code: killed(`spawn(withExec(command), { shell: true })`) + `\nconst withExec = (line) => 'exec ' + line`,
    },
    {
      name: 'a group',
      code: killed(`spawn('a | b', { shell: true, detached: true })`, `process.kill(-child.pid)`),
    },
    {
      name: 'a tree',
      code: `import kill from 'tree-kill'\n${killed(`spawn('a | b', { shell: true })`, `kill(child.pid)`)}`,
    },
    { name: 'a pid in other hands', code: killed(`exec('a | b')`, `killTree(child.pid); child.kill()`) },
    { name: 'a command that is told the pid', code: killed(`exec('a | b')`, 'execSync(`pkill -P ${child.pid}`)') },
    {
      name: 'a group of a child in a field',
      code: `${imports}export class Server {\n  open() { this.child = spawn('a | b', { shell: true, detached: true }) }\n  close() { process.kill(-this.child.pid, 'SIGTERM') }\n}`,
    },
    {
      name: 'nothing but commands of the shell itself',
      code: killed(`exec('test -d app && echo "it is there" | read line; exit 3')`),
    },
    {
      name: 'what goes to the background, and commands of the shell itself',
      code: killed(`exec('sleep 49 >/dev/null 2>&1 & pid=$!; echo started')`),
    },
    { name: 'SIGINT, which dash holds back', code: killed(`exec('a | b')`, `child.kill('SIGINT')`) },
    {
      name: 'a command that reads what the program writes',
      code: killed(`exec('a | b')`, 'child.stdin.write(command); child.kill()'),
    },
    {
      name: 'a function that is handed back and that nobody calls',
      code: `${imports}export function on(done) {\n  const child = exec('a | b', done)\n  const stop = (signal) => () => child.kill(signal)\n  process.on('exit', stop)\n}`,
    },
    { name: 'a shell on Windows alone', code: killed(`spawn('x', { shell: process.platform === 'win32' })`) },
    { name: 'the shell of Windows', code: killed(`spawn('x | y', { shell: 'cmd.exe' })`) },
    {
      name: 'code for Windows',
      code: `${imports}if (process.platform === 'win32') execSync('node service.js --install', { timeout: 5000 })`,
    },
    {
      name: 'code behind a return for all but macOS, whose shell becomes the command',
      code: `${imports}export function f() {\n  if (process.platform !== 'darwin') return\n  execSync('say hello', { timeout: 5000 })\n}`,
    },
    { name: 'a command of Windows', code: `${imports}execSync('powershell -Command "a | b"', { timeout: 5000 })` },
    { name: 'bash with a single command', code: killed(`spawn('node server.js', { shell: '/bin/bash' })`) },
    { name: 'bash with a list', code: killed(`spawn('bash', ['-c', 'cd app && node server.js'])`) },
    { name: 'options that are out of sight', code: killed(`exec('a | b', options, done)`) },
    { name: 'npm, that runs nothing behind it', code: killed(`spawn('npm', ['pack'])`) },
    { name: 'asked whether it is there', code: killed(`exec('a | b')`, 'child.kill(0)') },
    { name: 'paused', code: killed(`exec('a | b')`, `child.kill('SIGSTOP')`) },
    {
      name: 'killed when it has ended',
      code: `${imports}export function f(done) {\n  const child = exec('a | b')\n  child.on('exit', () => child.kill())\n}`,
    },
    {
      name: 'Ctrl-C, which reaches all of the group',
      code: `${imports}const child = spawn('a | b', { shell: true })\nprocess.on('SIGINT', () => child.kill('SIGINT'))`,
    },
    {
      name: 'a command that is only asked for its version',
      code: `${imports}export const f = () => run('cline --version', { timeout: 5000 })`,
    },
    {
      name: 'a lookup, by whichever command',
      code: `${imports}const find = process.platform === 'win32' ? 'where' : 'which'\nexecSync(\`\${find} \${name}\`, { timeout: 5000 })`,
    },
    {
      name: 'a program of Windows that is put in front',
      code: `${imports}export function f(name, command) {\n  const wsl = name ? \`wsl.exe -d \${name}\` : 'wsl.exe'\n  execSync(\`\${wsl} \${command}\`, { timeout: 5000 })\n}`,
    },
    { name: 'no limit', code: `${imports}exec('a | b', { timeout: 0 }, done)` },
    { name: 'a query that is over at once', code: `${imports}exec('git status', { timeout: 5000 }, done)` },
    {
      name: 'an exempt command',
      code: `${imports}execSync('npm ci', { timeout: 60000 })`,
      options: [{ commands: ['npm'] }],
    },
  ],
  invalid: [
    {
      name: 'a kill, of a command line in any shell',
      code: killed(`spawn('node server.js | tee log', { shell: true })`),
      errors: [
        {
          messageId: 'killEndsShell',
          data: { call: "spawn('node server.js | tee log')", line: '7', where: '' },
          line: 5,
          column: 17,
          endLine: 5,
          endColumn: 22,
          suggestions: [
            {
              messageId: 'suggestGroup',
              output: killed(
                `spawn('node server.js | tee log', { shell: true, detached: true })`,
                'process.kill(-child.pid)',
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'a kill, of a single command',
      code: killed(`spawn('node server.js', { shell: true })`, `child.kill('SIGKILL')`),
      errors: [
        {
          messageId: 'killEndsShell',
          data: { call: "spawn('node server.js')", line: '7', where: dash },
          line: 5,
          column: 17,
          suggestions: [
            {
              messageId: 'suggestExec',
              output: killed(`spawn('exec node server.js', { shell: true })`, `child.kill('SIGKILL')`),
            },
            {
              messageId: 'suggestGroup',
              output: killed(
                `spawn('node server.js', { shell: true, detached: true })`,
                `process.kill(-child.pid, 'SIGKILL')`,
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'a kill, of a list of arguments',
      code: killed(`spawn('docker', ['ps', command], { shell: true })`),
      errors: [
        {
          messageId: 'killEndsShell',
          data: { call: "spawn('docker')", line: '7', where: dash },
          line: 5,
          column: 17,
          suggestions: [
            { messageId: 'suggestNoShell', output: killed(`spawn('docker', ['ps', command], { shell: false })`) },
            {
              messageId: 'suggestGroup',
              output: killed(
                `spawn('docker', ['ps', command], { shell: true, detached: true })`,
                'process.kill(-child.pid)',
              ),
            },
          ],
        },
      ],
    },
    {
      name: 'a kill, of a command that is not known',
      code: killed(`spawn(command, { shell: true, stdio: 'inherit' })`),
      errors: [
        {
          messageId: 'killEndsShell',
          data: { call: 'spawn()', line: '7', where: dash },
          line: 5,
          column: 17,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'a kill by pid, of a script for sh',
      code: killed(`spawn('sh', ['-c', 'node a.js; node b.js'])`, `process.kill(child.pid, 'SIGTERM')`),
      errors: [
        { messageId: 'killEndsShell', data: { call: "spawn('sh')", line: '7', where: dash }, line: 5, column: 17 },
      ],
    },
    {
      name: 'bash with a pipe',
      code: killed(`spawn('bash', ['-c', 'node a.js | sort'])`),
      errors: [
        {
          messageId: 'killEndsShell',
          data: { call: "spawn('bash')", line: '7', where: '' },
          line: 5,
          column: 17,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'exec, which is a shell in any case and does not pass `detached` on',
      code: killed(`exec('npm install && npm test', done)`),
      errors: [
        { messageId: 'killEndsShell', data: { call: "exec('npm')", line: '7', where: dash }, line: 5, column: 17 },
      ],
    },
    {
      name: 'a timeout',
      code: `${imports}exec('npm test', { timeout: 60000 }, done)`,
      errors: [
        {
          messageId: 'timeoutEndsShell',
          data: { call: "exec('npm')", where: dash },
          line: 4,
          column: 1,
          endLine: 4,
          endColumn: 5,
          suggestions: [
            { messageId: 'suggestExec', output: `${imports}exec('exec npm test', { timeout: 60000 }, done)` },
          ],
        },
      ],
    },
    {
      name: 'a timeout of a value that is not known',
      code: `${imports}export const f = (file, timeout) => run(\`ffmpeg -i "\${file}" 2>&1 | tail -1\`, { timeout })`,
      errors: [{ messageId: 'timeoutEndsShell', data: { call: "run('ffmpeg')", where: '' }, line: 4, column: 37 }],
    },
    {
      name: 'a timeout of a call that blocks',
      code: `${imports}execSync(\`npm run \${script}\`, { timeout: 60000 })`,
      errors: [
        {
          messageId: 'timeoutEndsShell',
          data: { call: "execSync('npm')", where: dash },
          line: 4,
          column: 1,
          suggestions: [
            { messageId: 'suggestExec', output: `${imports}execSync(\`exec npm run \${script}\`, { timeout: 60000 })` },
          ],
        },
      ],
    },
    {
      name: 'a signal',
      code: `${imports}export const f = (signal) => run('npm test', { signal })`,
      errors: [
        {
          messageId: 'signalEndsShell',
          data: { call: "run('npm')", where: dash },
          line: 4,
          column: 30,
          suggestions: 1,
        },
      ],
    },
    {
      name: 'a child in a field',
      code: `${imports}export class Server {\n  open() { this.child = spawn('a | b', { shell: true }) }\n  close() { this.child.kill() }\n}`,
      errors: [
        {
          messageId: 'killEndsShell',
          data: { call: "spawn('a | b')", line: '6', where: '' },
          line: 5,
          column: 25,
          endLine: 5,
          endColumn: 30,
        },
      ],
    },
    {
      name: 'a launcher',
      code: killed(`spawn('npm', ['run', 'dev'])`),
      errors: [
        {
          messageId: 'killEndsLauncher',
          data: { call: "spawn('npm')", line: '7', where: dash },
          line: 5,
          column: 17,
          suggestions: [
            {
              messageId: 'suggestGroup',
              output: killed(`spawn('npm', ['run', 'dev'], { detached: true })`, 'process.kill(-child.pid)'),
            },
          ],
        },
      ],
    },
    {
      name: 'a launcher with a timeout',
      code: `${imports}execFile('npx', ['vite', 'build'], { timeout: 60000 }, done)`,
      errors: [
        { messageId: 'timeoutEndsLauncher', data: { call: "execFile('npx')", where: dash }, line: 4, column: 1 },
      ],
    },
    {
      name: 'a launcher with a signal',
      code: `${imports}export const f = (signal) => execFile('npx', ['vite', 'build'], { signal }, done)`,
      errors: [
        { messageId: 'signalEndsLauncher', data: { call: "execFile('npx')", where: dash }, line: 4, column: 30 },
      ],
    },
  ],
})
