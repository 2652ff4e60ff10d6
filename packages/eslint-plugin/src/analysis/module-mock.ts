// In both the rare word comes first and what has to stand before it is looked at backwards: many times faster.

/** `vi.mock('node:child_process')`, `jest.mock`, `mock.module`, `td.replace`, `proxyquire(…, { child_process: … })`. */
const MOCK_OF_MODULE =
  /child_process['"`](?<=\b(?:mock|doMock|unstable_mockModule|mockModule|module|replace|replaceEsm|esmock|setMock|registerMock|deregisterMock|enable)\s*(?:<[^>()]*>)?\(\s*(?:import\(\s*)?['"`](?:node:)?child_process['"`])/

/** A stub handed over as an object: `proxyquire('./x', { child_process: { spawn } })`, `rewiremock`, `esmock`. */
const MOCK_BY_OBJECT = /\b(?:proxyquire|rewiremock|esmock|quibble|mockery|rewire|sandboxed-module)\b/

/** `sinon.stub(cp, 'spawn')`, `jest.spyOn(childProcess, 'spawn')`, `mock.method(child_process, 'spawn')`, `t.mock.method`. */
const STUB_OF_METHOD =
  /['"`](?:spawn|fork|exec|execFile)(?:Sync)?['"`](?<=\b(?:stub|spyOn|replace|method|fake)\s*\(\s*[\w$.]+\s*,\s*['"`]\w+['"`])/

/** One of them is in each of the above. A plain word is found many times faster than a pattern. */
const WORDS_OF_OBJECT = ['proxyquire', 'mock', 'quibble', 'rewire', 'sandboxed-module']
const WORDS_OF_METHOD = ['stub', 'spyOn', 'replace', 'method', 'fake']

function hasAny(text: string, words: readonly string[]): boolean {
  return words.some((word) => text.includes(word))
}

/**
 * Does the file replace `child_process` with a double? Then its "children" are plain objects, and none is judged.
 * Decided on the text: whatever looks like a mock makes the file silent, which loses a report at worst.
 */
export function isChildProcessMocked(text: string): boolean {
  return (
    MOCK_OF_MODULE.test(text) ||
    (hasAny(text, WORDS_OF_OBJECT) && MOCK_BY_OBJECT.test(text)) ||
    (hasAny(text, WORDS_OF_METHOD) && STUB_OF_METHOD.test(text))
  )
}

/** `vi.mock('./server.js')`, `jest.doMock(…)`, `mock.module(…)`, `td.replaceEsm(…)`. */
const MOCK_OF_ANY =
  /\b(?:vi|vitest|jest|mock|td|testdouble)\s*\.\s*(?:\w*[mM]ock\w*|module|replace\w*)\s*(?:<[^>()]*>)?\(/

/** `sinon.stub(server, 'start')`, `vi.spyOn(…)`. */
const STUB_OF_ANY = /\b(?:stub|spyOn)\s*\(/

/** Does the file replace modules, or functions of them? Then what it imports may not be what the other file exports. */
export function mocksModules(text: string): boolean {
  return isChildProcessMocked(text) || MOCK_OF_ANY.test(text) || STUB_OF_ANY.test(text)
}
