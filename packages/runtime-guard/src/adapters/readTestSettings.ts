import { readSettings } from '../config/readSettings.ts'
import { currentDirectory, type JournalOwner } from '../journal/JournalWriter.ts'
import { readRunSettings } from '../journal/runSettings.ts'

export interface TestSettings {
  /** Starts are attributed through the asynchronous context. */
  isExact: boolean
  /** A test fails whose children are alive when it has ended. */
  mustEndChildren: boolean
  graceMs: number
}

/** The first line of Node on which an AsyncLocalStorage costs promises next to nothing: 2.5 to 3.8 times on 20 and 22, 1.05 on 24. */
const cheapFrom = 24

/** What the variables say, else the files of the root. */
export function readTestSettings(owner: JournalOwner): TestSettings {
  const isRoot = owner.role === 'root'
  const { attribution, failTests, graceMs } = readSettings({
    env: process.env,
    cwd: currentDirectory(),
    readFiles: isRoot,
    defaults: isRoot ? {} : (readRunSettings(owner.runDir) ?? {}),
    // The root says once, at the end, what it does not understand.
    warn: () => undefined,
  })
  const isCheap = Number.parseInt(process.versions.node, 10) >= cheapFrom
  return { isExact: attribution === 'on' || (attribution === 'auto' && isCheap), mustEndChildren: failTests, graceMs }
}
