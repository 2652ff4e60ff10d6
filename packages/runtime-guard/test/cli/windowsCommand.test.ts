import { win32 } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findWindowsCommand } from '../../src/cli/windowsCommand.ts'

const files = [
  String.raw`C:\node\npm.cmd`,
  String.raw`C:\node\node.exe`,
  String.raw`C:\work\tool.exe`,
  String.raw`C:\work\node_modules\.bin\vitest.cmd`,
  String.raw`C:\Program Files\x\y.bat`,
]
const lookup = {
  env: {
    Path: String.raw`C:\node;C:\Program Files\x`,
    PATHEXT: '.COM;.EXE;.BAT;.CMD',
    ComSpec: String.raw`C:\Windows\cmd.exe`,
  },
  cwd: String.raw`C:\work`,
  isFile: (path: string) => files.some((file) => file.toLowerCase() === path.toLowerCase()),
  join: (directory: string, name: string) => win32.join(directory, name),
}

describe('programs start directly', () => {
  test.each([
    ['node', String.raw`C:\node\node.EXE`],
    ['node.exe', String.raw`C:\node\node.exe`],
    ['tool', String.raw`C:\work\tool.EXE`],
    [String.raw`C:\node\node.exe`, String.raw`C:\node\node.exe`],
    ['no-such', 'no-such'],
  ])('%s', (file, found) => {
    expect(findWindowsCommand(file, ['a b'], lookup)).toEqual({
      file: found,
      args: ['a b'],
      windowsVerbatimArguments: false,
    })
  })
})

describe('scripts start through cmd.exe', () => {
  test.each([
    ['npm', ['test'], String.raw`"C:\node\npm.CMD ^^^"test^^^""`],
    ['npm', [], String.raw`"C:\node\npm.CMD"`],
    ['./node_modules/.bin/vitest', ['run'], String.raw`"C:\work\node_modules\.bin\vitest.CMD ^^^"run^^^""`],
    [
      'y',
      ['100%', 'a"b', String.raw`c\ `],
      String.raw`"C:\Program^ Files\x\y.BAT ^^^"100^^^%^^^" ^^^"a\^^^"b^^^" ^^^"c\^^^ ^^^""`,
    ],
  ])('%s %j', (file, args, line) => {
    expect(findWindowsCommand(file, args, lookup)).toEqual({
      file: String.raw`C:\Windows\cmd.exe`,
      args: ['/d', '/s', '/c', line],
      windowsVerbatimArguments: true,
    })
  })
})
