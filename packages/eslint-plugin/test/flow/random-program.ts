import fc from 'fast-check'

/**
 * A program in two spellings with the same numbered marks in the same places. `graph` is what the analysis reads:
 * `m(3)`, `await a(4)`. `run` is a generator body that yields the number of each mark and goes on with the value, or
 * the exception, that the driver answers with: executing it records a path of the program.
 *
 * | mark | answer |
 * |---|---|
 * | `m` | anything |
 * | `c` | true, false |
 * | `n` | true, null, false |
 * | `d` | 0, 1, 2 |
 * | `l` | a list of 0 or 3 elements |
 * | `o` | an object with methods `t` (gives its second argument) and `p` (boxes it in `q`), or undefined |
 * | `a` | awaited: returns or rejects |
 */
export interface RandomProgram {
  readonly graph: string
  readonly run: string
}

interface Rendering {
  readonly flavour: 'graph' | 'run'
  marks: number
  names: number
  readonly targets: { readonly label: string; readonly isLoop: boolean }[]
}

type Piece = (rendering: Rendering) => string

const mark =
  (callee: string): Piece =>
  (r) => {
    const call = r.flavour === 'run' ? `(yield ${r.marks})` : `${callee === 'a' ? 'await ' : ''}${callee}(${r.marks})`
    r.marks++
    return call
  }

// Template of pieces, rendered left to right so that both spellings number the marks alike.
const piece =
  (strings: TemplateStringsArray, ...parts: Piece[]): Piece =>
  (r) =>
    strings.reduce((text, string, index) => text + parts[index - 1]!(r) + string)

const targeted = (isLoop: boolean, body: (label: string) => Piece): Piece => {
  return (r) => {
    const label = `L${r.names++}`
    r.targets.push({ label, isLoop })
    const text = body(label)(r)
    r.targets.pop()
    return text
  }
}

const jump = (kind: 'break' | 'continue', choice: number, isLabelled: boolean): Piece => {
  return (r) => {
    const targets = kind === 'continue' ? r.targets.filter(({ isLoop }) => isLoop) : r.targets
    const loops = r.targets.filter(({ isLoop }) => isLoop)
    if (!isLabelled && loops.length > 0) return `${kind};`
    const target = targets[choice % Math.max(1, targets.length)]
    return target ? `${kind} ${target.label};` : `${mark('m')(r)};`
  }
}

const plain =
  (text: string): Piece =>
  () =>
    text

/** With variables, the tests of a path can contradict each other; without, every path of the graph can be taken. */
export function randomProgram({ hasVariables }: { hasVariables: boolean }): fc.Arbitrary<RandomProgram> {
  const { block } = fc.letrec<{ test: Piece; statement: Piece; block: Piece; expression: Piece }>((tie) => {
    const test = tie('test')
    const body = tie('block')
    const variable = fc.constantFrom('v', 'w')
    const readable = fc.constantFrom('v', 'w', 'k')
    return {
      test: fc.oneof(
        { maxDepth: 2, depthSize: 'small' },
        fc.constant(mark('c')),
        ...(hasVariables
          ? [
              readable.map((name) => plain(name)),
              readable.map((name) => plain(`${name} == null`)),
              readable.map((name) => plain(`${name} !== true`)),
              readable.map((name) => plain(`typeof ${name} === 'undefined'`)),
            ]
          : []),
        test.map((t) => piece`!${t}`),
        fc.tuple(test, test).map(([a, b]) => piece`(${a} && ${b})`),
        fc.tuple(test, test).map(([a, b]) => piece`(${a} || ${b})`),
        test.map((t) => piece`(${mark('n')} ?? ${t})`),
        fc.tuple(test, test, test).map(([a, b, c]) => piece`(${a} ? ${b} : ${c})`),
        fc.tuple(test, test).map(([a, b]) => piece`(${a}, ${b})`),
        test.map((t) => piece`${mark('o')}?.t(${t}, ${mark('c')})`),
        test.map((t) => piece`(${mark('o')}?.p(${mark('n')}).q ?? ${t})`),
      ),
      expression: fc.oneof(
        fc.constant(mark('m')),
        fc.constant(mark('a')),
        test,
        ...(hasVariables
          ? [
              fc.tuple(variable, test).map(([v, t]) => piece`${plain(v)} = ${t}`),
              fc
                .tuple(variable, fc.constantFrom('??=', '||=', '&&='), test)
                .map(([v, op, t]) => piece`${plain(`${v} ${op} `)}${t}`),
              fc.tuple(variable, test).map(([v, t]) => piece`[${plain(v)} = ${t}] = ${mark('l')}`),
              fc.constantFrom('true', 'null', 'undefined', '{}').map((value) => plain(`v = ${value}`)),
            ]
          : [fc.tuple(test).map(([t]) => piece`[v = ${t}] = ${mark('l')}`)]),
      ),
      statement: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        { weight: 12, arbitrary: tie('expression').map((e) => piece`;(${e});`) },
        { weight: 1, arbitrary: test.map((t) => piece`if (${t}) return ${mark('m')};`) },
        { weight: 1, arbitrary: test.map((t) => piece`if (${t}) throw ${mark('m')};`) },
        { weight: 1, arbitrary: fc.constantFrom(piece`return ${mark('m')};`, piece`throw ${mark('m')};`) },
        {
          weight: 3,
          arbitrary: fc
            .tuple(fc.constantFrom('break', 'continue') as fc.Arbitrary<'break' | 'continue'>, fc.nat(3), fc.boolean())
            .map(([kind, choice, isLabelled]) => jump(kind, choice, isLabelled)),
        },
        { weight: 3, arbitrary: fc.tuple(test, body).map(([t, b]) => piece`if (${t}) {${b}}`) },
        { weight: 3, arbitrary: fc.tuple(test, body, body).map(([t, a, b]) => piece`if (${t}) {${a}} else {${b}}`) },
        {
          weight: 1,
          arbitrary: body.map((b) => piece`{ const k = ${mark('c')}; ${b} }`),
        },
        {
          weight: 1,
          arbitrary: fc
            .tuple(test, body)
            .map(([t, b]) => targeted(true, (l) => piece`${plain(l)}: while ((${mark('m')}, ${t})) {${b}}`)),
        },
        {
          weight: 1,
          arbitrary: fc
            .tuple(test, body)
            .map(([t, b]) => targeted(true, (l) => piece`${plain(l)}: do {${b}} while ((${mark('m')}, ${t}));`)),
        },
        {
          weight: 1,
          arbitrary: body.map((b) =>
            targeted(true, (l) => piece`${plain(l)}: for (${mark('m')};;${mark('m')}) {${mark('m')}; ${b}}`),
          ),
        },
        {
          weight: 1,
          arbitrary: body.map((b) => targeted(true, (l) => piece`${plain(l)}: for (const k of ${mark('l')}) {${b}}`)),
        },
        { weight: 1, arbitrary: body.map((b) => targeted(false, (l) => piece`${plain(l)}: {${b}}`)) },
        { weight: 2, arbitrary: fc.tuple(body, body).map(([a, b]) => piece`try {${a}} catch {${b}}`) },
        { weight: 2, arbitrary: fc.tuple(body, body).map(([a, b]) => piece`try {${a}} finally {${b}}`) },
        {
          weight: 2,
          arbitrary: fc.tuple(body, body, body).map(([a, b, c]) => piece`try {${a}} catch {${b}} finally {${c}}`),
        },
        {
          weight: 2,
          arbitrary: fc.tuple(body, body, body, fc.boolean(), fc.boolean()).map(([a, b, c, isLast, breaks]) =>
            targeted(false, (label) => {
              const end = plain(breaks ? `break ${label};` : '')
              const head = piece`${plain(label)}: switch (${mark('d')}) {`
              const fallback = piece`default: ${c}`
              return isLast
                ? piece`${head} case ${mark('m')} ? 0 : 0: ${a} ${end} case 1: ${b} ${fallback} }`
                : piece`${head} case 0: ${a} ${fallback} case 1: ${b} ${end} }`
            }),
          ),
        },
      ),
      block: fc
        .array(tie('statement'), { minLength: 1, maxLength: 2 })
        .map((statements) => (r) => statements.map((s) => s(r)).join(' ')),
    }
  })

  return fc
    .tuple(block, block)
    .map(([first, second]) => ({ graph: render('graph', first, second), run: render('run', first, second) }))
}

function render(flavour: 'graph' | 'run', first: Piece, second: Piece): string {
  const rendering: Rendering = { flavour, marks: 0, names: 0, targets: [] }
  const text = `let v, w; const k = ${mark('c')(rendering)}; ${first(rendering)} ${second(rendering)}`
  return flavour === 'graph' ? `async function f() { ${text} }` : `return function* () { ${text} }`
}
