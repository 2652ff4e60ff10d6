import type { ChildProcess } from 'node:child_process'

export const observe = <T extends ChildProcess>(child: T): T => {
  child.on('exit', (code) => console.log(code))
  return child
}
