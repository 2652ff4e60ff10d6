import type { ChildProcess } from 'node:child_process'

export function endChild(child: ChildProcess): void {
  child.kill('SIGTERM')
}

export function watchChild(child: ChildProcess, name: string): void {
  child.on('error', (error) => {
    console.error(name, error)
  })
  child.once('exit', (code) => {
    console.log(name, code)
  })
}

export const logOutput = (child: ChildProcess): void => {
  child.stdout?.pipe(process.stdout)
  child.stderr?.pipe(process.stderr)
}
