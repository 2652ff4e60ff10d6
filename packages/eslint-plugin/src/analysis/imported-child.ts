import type { VisitorKeys } from '../ast/child-nodes.ts'
import type { FunctionNode } from '../ast/function-node.ts'
import { getFileHost } from '../project/file-host.ts'
import { type LanguageSetting, ParsedFiles } from '../project/parsed-files.ts'
import { ProjectFiles } from '../project/project-files.ts'
import { findCallsOfModules } from './candidate-calls.ts'
import { createFollowBudget, followHandle } from './follow-handle.ts'
import { type HandedBack, readHandingCall, summariseFunctions } from './handed-back.ts'
import { isChildProcessMocked, mocksModules } from './module-mock.ts'
import { createProjectFunctions } from './project-functions.ts'
import { type ImportedFunctions, NO_IMPORTS, type SourceUnit } from './source-unit.ts'
import { findSpawnSites, type SpawnSite } from './spawn-site.ts'
import { findImportNames, mayStartChild } from './trigger-name.ts'

/** The other files of the project, where there is a file system and a parser to read them with. */
export function createProject(
  filename: string,
  language: LanguageSetting | undefined,
  visitorKeys: VisitorKeys | undefined,
  linted: () => SourceUnit,
): ImportedFunctions {
  const host = getFileHost()
  const parser = language?.parser
  // a piece of text without a place of its own has no neighbours
  const isPlaced = /^(?:[a-z]:)?[/\\]/i.test(filename)
  if (!host || !language || !isPlaced || typeof parser !== 'object' || parser === null) return NO_IMPORTS
  const files = new ProjectFiles(host)
  const summaries = new Map<SourceUnit, ReturnType<typeof summariseFile>>()
  const project = createProjectFunctions({
    files,
    parsed: new ParsedFiles(files, parser, language, visitorKeys),
    linted,
    summarise(unit) {
      let summary = summaries.get(unit)
      if (!summary) {
        // two files that import each other: the one that is asked second knows nothing of the first
        summaries.set(unit, new Map())
        summaries.set(unit, (summary = summariseFile(unit)))
      }
      return summary
    },
  })
  let isReal: boolean | undefined
  const getProject = (): ImportedFunctions => {
    isReal ??= !mocksModules(linted().text)
    return isReal ? project : NO_IMPORTS
  }
  return {
    find: (callee, unit) => getProject().find(callee, unit),
    listChildren: (callee, unit) => getProject().listChildren(callee, unit),
    mayHandBack: (specifier, unit) => getProject().mayHandBack(specifier, unit),
  }
}

function summariseFile(unit: SourceUnit): ReadonlyMap<FunctionNode, readonly HandedBack[]> {
  if (!mayStartChild(unit.text, unit.settings)) return new Map()
  const budget = createFollowBudget()
  return summariseFunctions(findStarts(unit), unit, (site) => followHandle(site, unit, budget)).byFunction
}

/** The places of a file that start a child by a function of another module. None where that is replaced with a double. */
export function findStarts(unit: SourceUnit): SpawnSite[] {
  const starts = findSpawnSites(unit)
  const own = starts.length === 0 || isChildProcessMocked(unit.text) ? [] : starts
  return [...own, ...findImportedStarts(unit)]
}

/** Calls of functions of other files that hand back a child. */
function findImportedStarts(unit: SourceUnit): SpawnSite[] {
  const { imported, text } = unit
  if (imported === NO_IMPORTS) return []
  const names = findImportNames(text).filter(({ specifier }) => imported.mayHandBack(specifier, unit))
  const positions = names.map(({ position }) => position)
  return findCallsOfModules(positions, unit).flatMap((call) =>
    call.type === 'CallExpression'
      ? imported.listChildren(call.callee, unit).map((summary) => readHandingCall(call, summary, unit))
      : [],
  )
}
