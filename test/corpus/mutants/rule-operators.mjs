/** Which mutations break what a rule is about, and what tells a miss of one of its mutants. */
import { deleteClear, deleteTimeout } from './deadline-operators.mjs'
import { deleteExitKill, deleteSignalKill, insertExit, insertLeaving } from './exit-operators.mjs'
import { askSignalInstead, dropFinallyKill, insertThrowingAwait } from './leaving-operators.mjs'
import {
  deferListeners,
  deleteEndListeners,
  deleteErrorListener,
  deleteReaders,
  insertPause,
  swapCloseForExit,
} from './listener-operators.mjs'
import {
  addDeadEscalation,
  addPipes,
  addShell,
  deleteKillOnTimeout,
  deleteRemoval,
  deleteUnref,
  dropDetached,
  dropGuard,
  dropStop,
  guardByKilled,
  insertKillTimer,
  insertLimit,
  insertProcessListener,
} from './kill-operators.mjs'
import { deleteEndSettler, dropAwait, dropReject, emptyErrorListener, settleOnExit } from './promise-operators.mjs'
import { deleteStdinEnd, deleteStdinListener, insertWrite } from './stdin-operators.mjs'

/**
 * @typedef {object} RuleMutations
 * @property {Readonly<Record<string, import('./listener-operators.mjs').Operator>>} operators by what they do, in words
 * @property {readonly string[]} facets the parts of a child that, out of sight, may meet what the rule asks for
 * @property {readonly string[]} [undone] what the mutations take back: no reason for a miss
 * @property {Readonly<Record<string, unknown>>} [strictest] options under which nothing is exempt
 */

/** @type {Readonly<Record<string, RuleMutations>>} */
export const RULE_MUTATIONS = {
  'require-error-listener': {
    operators: { "delete the 'error' listener": deleteErrorListener },
    facets: ['child'],
    strictest: { commands: [], fork: true, node: true, shell: true },
  },
  'no-late-listener': {
    operators: { 'insert an await': insertPause, 'put it off by a timer': deferListeners },
    facets: ['child'],
    strictest: { commands: [] },
  },
  'no-floating-child': {
    operators: { 'delete what sees the end': deleteEndListeners },
    facets: ['child', 'stdout', 'stderr', 'stdin'],
    strictest: { commands: [], inherit: true },
  },
  'no-undrained-pipe': {
    operators: { 'delete what reads': deleteReaders },
    facets: ['child', 'stdout', 'stderr', 'stdio'],
    strictest: { commands: [], single: true },
  },
  'no-unended-stdin': {
    operators: { 'delete end()': deleteStdinEnd },
    facets: ['child', 'stdin', 'stdio'],
    strictest: { commands: [] },
  },
  'require-stdin-error-listener': {
    operators: { "delete the 'error' listener of stdin": deleteStdinListener, 'insert a write': insertWrite },
    facets: ['child', 'stdin', 'stdio'],
    strictest: { commands: [] },
  },
  'no-floating-exec-promise': {
    operators: { 'drop await, return and catch': dropAwait },
    facets: ['promise', 'child'],
    undone: ['returned'],
    strictest: { commands: [] },
  },
  'no-unsettled-wrapper': {
    operators: {
      "settle nothing on 'error'": emptyErrorListener,
      "settle on 'exit' alone": settleOnExit,
      'delete what settles at the end': deleteEndSettler,
      'drop the reject': dropReject,
    },
    facets: ['child'],
    strictest: { commands: [] },
  },
  'prefer-close-over-exit': {
    operators: { "swap 'close' for 'exit'": swapCloseForExit },
    facets: ['child', 'stdout', 'stderr'],
    strictest: { commands: [] },
  },
  'require-deadline': {
    operators: { 'delete timeout and signal': deleteTimeout },
    facets: ['child', 'promise'],
    strictest: { commands: [], every: true },
  },
  'no-dangling-kill-timer': {
    operators: { 'delete clearTimeout()': deleteClear, 'insert a kill timer': insertKillTimer },
    facets: ['child'],
    strictest: { commands: [] },
  },
  'require-signal-propagation': {
    operators: { 'ask the signal instead': askSignalInstead },
    facets: ['child'],
    strictest: { commands: [] },
  },
  'require-cleanup-on-abandon': {
    operators: {
      'kill nothing in finally': dropFinallyKill,
      'insert an await in front of the kill': insertThrowingAwait,
    },
    facets: ['child', 'pid'],
    strictest: { commands: [] },
  },
  'consistent-detached': {
    operators: {
      'delete unref()': deleteUnref,
      'give it pipes': addPipes,
      'kill a group without detached': dropDetached,
    },
    facets: ['child', 'pid'],
    strictest: { commands: [] },
  },
  'no-shell-kill': {
    operators: { 'start it by a shell': addShell },
    facets: ['child'],
    strictest: {},
  },
  'require-kill-on-timeout': {
    operators: {
      'delete the kill at the time limit': deleteKillOnTimeout,
      'insert a time limit that gives up': insertLimit,
    },
    facets: ['child'],
    strictest: {},
  },
  'require-kill-escalation': {
    operators: { 'guard SIGKILL by killed': guardByKilled, 'insert a dead escalation': addDeadEscalation },
    facets: ['child'],
    strictest: {},
  },
  'no-lost-handle': {
    operators: {
      'drop the guard of a second start': dropGuard,
      'drop the kill before a second start': dropStop,
    },
    facets: [],
    strictest: {},
  },
  'no-orphan-on-exit': {
    operators: { 'delete the kill at the end of the program': deleteExitKill, 'insert an exit': insertExit },
    facets: ['child', 'pid', 'stdin'],
    strictest: { commands: [] },
  },
  'no-swallowed-signal': {
    operators: {
      'delete the kill of a signal listener': deleteSignalKill,
      'insert a listener that leaves': insertLeaving,
    },
    facets: ['child', 'pid', 'stdin'],
    strictest: { commands: [] },
  },
  'no-leaked-abort-listener': {
    operators: {
      'delete what removes the listener': deleteRemoval,
      'insert a listener on the program': insertProcessListener,
    },
    facets: [],
    strictest: {},
  },
}
